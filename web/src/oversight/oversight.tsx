/** What those who answer for a case watch and arrange in it: the supervisor the work, the registrar how long it is kept. */
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useMessages } from "../messages";
import { SectionLinks } from "../parts/sections";
import { useTitle } from "../parts/title";
import { has, useWho } from "../session/session";
import { Accesses } from "./accesses";
import { Acts } from "./acts";
import { Duplicates } from "./duplicates";
import { Known } from "./known";
import { LineLookUp } from "./line";
import { Quality } from "./quality";
import { Retention } from "./retention";

export function Oversight({ name }: { name: string }) {
  const messages = useMessages().oversight;
  const [here] = useLocation();
  const supervises = has(useWho(), name, "supervisor");
  const base = `/cases/${name}/oversight`;
  const sections = [
    { to: base, text: messages.sections.quality },
    { to: `${base}/known-answers`, text: messages.sections.known },
    { to: `${base}/duplicates`, text: messages.sections.duplicates },
    { to: `${base}/lines`, text: messages.sections.lines },
    { to: `${base}/acts`, text: messages.sections.acts },
    { to: `${base}/accesses`, text: messages.sections.accesses },
    { to: `${base}/retention`, text: messages.sections.retention },
  ];
  useTitle(sections.find(({ to }) => to === here)?.text, messages.title);
  return (
    <div className="page stack">
      <div>
        <h1>{messages.title}</h1>
        <SectionLinks label={messages.title} ways={sections.slice(supervises ? 0 : -1)} />
      </div>
      <Switch>
        <Route path={`${base}/retention`}>
          <Retention name={name} />
        </Route>
        {supervises ? null : (
          <Route>
            <Redirect to={`${base}/retention`} replace />
          </Route>
        )}
        <Route path={`${base}/known-answers`}>
          <Known name={name} />
        </Route>
        <Route path={`${base}/duplicates`}>
          <Duplicates name={name} />
        </Route>
        <Route path={`${base}/lines/:section/:line`}>
          {({ section, line }) => <LineLookUp key={`${section}/${line}`} name={name} line={{ section: Number(section), line: Number(line) }} />}
        </Route>
        <Route path={`${base}/lines`}>
          <LineLookUp name={name} line={null} />
        </Route>
        <Route path={`${base}/acts`}>
          <Acts name={name} />
        </Route>
        <Route path={`${base}/accesses`}>
          <Accesses name={name} />
        </Route>
        <Route>
          <Quality name={name} />
        </Route>
      </Switch>
    </div>
  );
}
