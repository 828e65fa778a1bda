/** The counter: sections, their pages, the raw count, and the keying of what stands on them. */
import "../styles/intake.css";

import { lazy } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import type { Role } from "../api/client";
import { useMessages } from "../messages";
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
  const [here] = useLocation();
  const base = `/cases/${name}/intake`;
  const parts = PARTS.filter(({ roles }) => has(who, name, ...roles));
  const may = (part: (typeof PARTS)[number]["part"]) => parts.some((shown) => shown.part === part);
  useTitle(messages.title);
  return (
    <div className="page stack intake">
      <div>
        <h1>{messages.title}</h1>
        <nav className="sections" aria-label={messages.title}>
          {parts.map(({ part }) => {
            const to = part === "sections" ? base : `${base}/${part}`;
            return (
              <Link key={part} href={to} aria-current={here === to ? "page" : undefined}>
                {messages.sections[part]}
              </Link>
            );
          })}
        </nav>
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
