/** The case as its registrar has it: its course, looking lines up, the public sample, certificates. */
import "../styles/registrar.css";

import { Route, Switch } from "wouter";
import type { Role } from "../api/client";
import { useMessages } from "../messages";
import { SectionLinks } from "../parts/sections";
import { useTitle } from "../parts/title";
import { has, useWho } from "../session/session";
import { Certify } from "./certify";
import { CourseOf } from "./course";
import { Draw } from "./draw";
import { LookUp } from "./look-up";

/** Who sees which part; the server says so too. */
const EVERY: Role[] = ["supervisor", "registrar", "observer"];
const PARTS: { part: "course" | "lookup" | "sample" | "certificate"; roles: Role[] }[] = [
  { part: "course", roles: EVERY },
  { part: "lookup", roles: ["supervisor", "registrar"] },
  { part: "sample", roles: EVERY },
  { part: "certificate", roles: EVERY },
];

export function Registrar({ name }: { name: string }) {
  const [messages, who] = [useMessages().registrar, useWho()];
  const base = `/cases/${name}/registrar`;
  const parts = PARTS.filter(({ roles }) => has(who, name, ...roles));
  useTitle(messages.title);
  return (
    <div className="page stack">
      <div className="no-print">
        <h1>{messages.title}</h1>
        <SectionLinks label={messages.title} ways={parts.map(({ part }) => ({ to: part === "course" ? base : `${base}/${part}`, text: messages.sections[part] }))} />
      </div>
      <Switch>
        <Route path={`${base}/lookup`}>
          <LookUp name={name} />
        </Route>
        <Route path={`${base}/sample`}>
          <Draw name={name} />
        </Route>
        <Route path={`${base}/certificate`}>
          <Certify name={name} />
        </Route>
        <Route>
          <CourseOf name={name} />
        </Route>
      </Switch>
    </div>
  );
}
