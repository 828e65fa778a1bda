/** What those who answer for a case watch and arrange in it: the supervisor the work, the registrar how long it is kept. */
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { useMessages } from "../messages";
import { useTitle } from "../parts/title";
import { has, useWho } from "../session/session";
import { Accesses } from "./accesses";
import { Acts } from "./acts";
import { Duplicates } from "./duplicates";
import { Known } from "./known";
import { Quality } from "./quality";
import { Retention } from "./retention";

export function Oversight({ name }: { name: string }) {
  const messages = useMessages().oversight;
  const [here] = useLocation();
  const supervises = has(useWho(), name, "supervisor");
  const base = `/cases/${name}/oversight`;
  const sections = [
    [base, messages.sections.quality],
    [`${base}/known-answers`, messages.sections.known],
    [`${base}/duplicates`, messages.sections.duplicates],
    [`${base}/acts`, messages.sections.acts],
    [`${base}/accesses`, messages.sections.accesses],
    [`${base}/retention`, messages.sections.retention],
  ] as const;
  useTitle(sections.find(([to]) => to === here)?.[1], messages.title);
  return (
    <div className="page stack">
      <div>
        <h1>{messages.title}</h1>
        <nav className="sections" aria-label={messages.title}>
          {sections.slice(supervises ? 0 : -1).map(([to, text]) => (
            <Link key={to} href={to} aria-current={here === to ? "page" : undefined}>
              {text}
            </Link>
          ))}
        </nav>
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
