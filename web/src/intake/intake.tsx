/** The counter: sections, their pages, the raw count, and the keying of what stands on them. */
import "../styles/intake.css";

import { lazy } from "react";
import { Route, Switch } from "wouter";
import type { Role } from "../api/client";
import { useMessages } from "../messages";
import { SectionLinks } from "../parts/sections";
import { useTitle } from "../parts/title";
import { has, useWho } from "../session/session";
import { Count } from "./count";
import { Receive } from "./receive";
import { Section } from "./section";
import { Sections } from "./sections";

const Keying = lazy(() => import("./keying/keying").then((screen) => ({ default: screen.Keying })));
const Conflicts = lazy(() => import("./keying/conflicts").then((screen) => ({ default: screen.Conflicts })));

/** Who sees which part; the server says so too. */
const PARTS: { part: "sections" | "receive" | "count" | "keying" | "conflicts"; roles: Role[] }[] = [
  { part: "sections", roles: ["intake", "supervisor", "registrar"] },
  { part: "receive", roles: ["intake"] },
  { part: "count", roles: ["intake", "registrar"] },
  { part: "keying", roles: ["intake"] },
  { part: "conflicts", roles: ["supervisor"] },
];

export function Intake({ name }: { name: string }) {
  const [messages, who] = [useMessages().intake, useWho()];
  const base = `/cases/${name}/intake`;
  const parts = PARTS.filter(({ roles }) => has(who, name, ...roles));
  const may = (part: (typeof PARTS)[number]["part"]) => parts.some((shown) => shown.part === part);
  useTitle(messages.title);
  return (
    <div className="page stack intake">
      <div>
        <h1>{messages.title}</h1>
        <SectionLinks label={messages.title} ways={parts.map(({ part }) => ({ to: part === "sections" ? base : `${base}/${part}`, text: messages.sections[part] }))} />
      </div>
      <Switch>
        {may("receive") ? (
          <Route path={`${base}/receive`}>
            <Receive name={name} />
          </Route>
        ) : null}
        {may("count") ? (
          <Route path={`${base}/count`}>
            <Count name={name} />
          </Route>
        ) : null}
        {may("keying") ? (
          <Route path={`${base}/keying`}>
            <Keying name={name} />
          </Route>
        ) : null}
        {may("conflicts") ? (
          <Route path={`${base}/conflicts`}>
            <Conflicts name={name} />
          </Route>
        ) : null}
        <Route path={`${base}/sections/:section`}>{({ section }) => <Section key={section} name={name} section={Number(section)} />}</Route>
        <Route>
          <Sections name={name} />
        </Route>
      </Switch>
    </div>
  );
}
