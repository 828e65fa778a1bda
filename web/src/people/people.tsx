/** The people of the office, for the administrator. */
import { useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import type { Account, Duties } from "../api/client";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { AddPeople } from "./add";
import { OfficeEvents } from "./events";
import { Person } from "./person";
import { usePeople, useSlips } from "./queries";
import { Slips } from "./slips";
import { useTitle } from "../parts/title";

export function People() {
  return (
    <Switch>
      <Route path="/people">
        <List />
      </Route>
      <Route path="/people/add">
        <AddPeople />
      </Route>
      <Route path="/people/events">
        <OfficeEvents />
      </Route>
      <Route path="/people/slips">
        <Slips />
      </Route>
      <Route path="/people/account/:account">{({ account }) => <Person key={account} account={decodeURIComponent(account)} />}</Route>
    </Switch>
  );
}

function List() {
  const all = useMessages();
  const messages = all.people;
  const [, go] = useLocation();
  const { data, error, refetch } = usePeople();
  const slips = useSlips();
  useTitle(messages.title);
  const [text, setText] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const wanted = text.trim().toLowerCase();
  const shown = data?.filter(({ account, name }) => `${account} ${name}`.toLowerCase().includes(wanted)) ?? [];
  const chosen = shown.filter(({ account, disabled }) => selected.has(account) && !disabled).map(({ account }) => account);
  const choose = (accounts: string[], on: boolean) => {
    const next = new Set(selected);
    for (const account of accounts) {
      if (on) next.add(account);
      else next.delete(account);
    }
    setSelected(next);
  };
  const allChosen = shown.length > 0 && shown.every(({ account }) => selected.has(account));
  return (
    <div className="page stack">
      <div className="page-head">
        <div>
          <h1>{messages.title}</h1>
          {data === undefined ? null : <p className="muted">{messages.shown(shown.length, data.length)}</p>}
        </div>
        <div className="buttons">
          <input className="input find" type="search" aria-label={messages.search} placeholder={messages.search} value={text} onChange={(event) => setText(event.target.value)} />
          {chosen.length === 0 ? null : (
            <Button onPress={() => slips.mutate(chosen, { onSuccess: () => go("/people/slips") })} isPending={slips.isPending} isDisabled={chosen.length > 500}>
              {messages.slips(chosen.length)}
            </Button>
          )}
          <Link href="/people/events" className="button">
            {all.officeEvents.title}
          </Link>
          <Link href="/people/add" className="button primary">
            {messages.add}
          </Link>
        </div>
      </div>
      {slips.error === null ? null : <Failed error={slips.error} />}
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : (
        <div className="card table-scroll">
          <table className="table people">
            <thead>
              <tr>
                <th scope="col" className="tick">
                  <input type="checkbox" aria-label={messages.selectAll} checked={allChosen} onChange={(event) => choose(shown.map(({ account }) => account), event.target.checked)} />
                </th>
                <th scope="col">{messages.name}</th>
                <th scope="col">{messages.account}</th>
                <th scope="col">{messages.duties}</th>
                <th scope="col">{messages.state}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((person) => (
                <tr key={person.account}>
                  <td className="tick">
                    <input
                      type="checkbox"
                      aria-label={messages.select(person.name)}
                      checked={selected.has(person.account)}
                      onChange={(event) => choose([person.account], event.target.checked)}
                    />
                  </td>
                  <th scope="row">
                    <Link href={`/people/account/${encodeURIComponent(person.account)}`}>{person.name}</Link>
                  </th>
                  <td className="mono small">{person.account}</td>
                  <td>
                    <DutyChips duties={person.duties} />
                  </td>
                  <td>
                    <AccountState of={person} />
                  </td>
                </tr>
              ))}
              {shown.length === 0 ? (
                <tr>
                  <td colSpan={5} className="muted">
                    {messages.none}
                  </td>
                </tr>
              ) : null}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function DutyChips({ duties }: { duties: Duties }) {
  const messages = useMessages();
  const entries = Object.entries(duties).filter(([, roles]) => roles.length > 0);
  if (entries.length === 0) return <span className="muted">{messages.people.noDuties}</span>;
  return (
    <span className="duty-chips">
      {entries.map(([place, roles]) => (
        <span key={place}>
          {place === "" ? null : <span className="muted small">{place} </span>}
          {roles.map((role) => (
            <span key={role} className={role === "administrator" ? "chip accent" : "chip"}>
              {messages.roles[role]}
            </span>
          ))}
        </span>
      ))}
    </span>
  );
}

export function AccountState({ of }: { of: Account }) {
  const { people: messages, signOn } = useMessages();
  return (
    <span className="duty-chips">
      {of.disabled ? <span className="chip bad">{messages.disabled}</span> : null}
      {of.enrolled || of.sign_on === "off" ? <span className={of.enrolled ? "chip good" : "chip caution"}>{of.enrolled ? messages.enrolled : messages.notEnrolled}</span> : null}
      {of.sign_on === "off" ? null : <span className={of.sign_on === "bound" ? "chip good" : "chip caution"}>{signOn.short}</span>}
      {of.authenticator ? <span className="chip good">{messages.authenticator}</span> : null}
    </span>
  );
}
