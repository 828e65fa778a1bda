/** What everybody may see: the petitions of the office, and where each stands. A page for phones first, without an account. */
import "../styles/public.css";

import { Link, Route, Switch } from "wouter";
import { Brand } from "../frame/brand";
import { PickLanguage, PickTheme } from "../frame/preferences";
import { named, useFormat, useMessages } from "../messages";
import { Waiting } from "../parts/told";
import { useTitle } from "../parts/title";
import { PublicFailure } from "./failure";
import { Petition } from "./petition";
import { usePetitions } from "./queries";

export function Public() {
  const messages = useMessages();
  return (
    <div className="public">
      <header className="public-bar no-print">
        <Brand />
        <Link href="/">{messages.public.signIn}</Link>
      </header>
      <main>
        <Switch>
          <Route path="/public/:petition">{({ petition }) => <Petition key={petition} petition={decodeURIComponent(petition)} />}</Route>
          <Route>
            <Petitions />
          </Route>
        </Switch>
      </main>
      <footer className="no-print">
        <PickLanguage />
        <PickTheme />
      </footer>
    </div>
  );
}

function Petitions() {
  const messages = useMessages();
  const words = messages.public;
  const format = useFormat();
  const { data, error, refetch } = usePetitions();
  useTitle(words.title);
  return (
    <div className="stack">
      <h1>{words.title}</h1>
      <p className="muted">{words.text}</p>
      {error === null ? null : <PublicFailure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data?.length === 0 ? <p>{words.none}</p> : null}
      <ul className="stack">
        {data?.map(({ petition, title, jurisdiction, phase, filed_on: filed }) => (
          <li key={petition} className="card petition-link">
            <h2>
              <Link href={`/public/${encodeURIComponent(petition)}`}>{title}</Link>
            </h2>
            <p className="muted">
              {jurisdiction} · {words.filed} {format.day(filed)} <span className="chip accent">{named(messages.phases, phase)}</span>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
