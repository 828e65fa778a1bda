/** One account: what the person may do, and how they get in. */
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Account, Duties } from "../api/client";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { useWho } from "../session/session";
import { DutiesEditor, held } from "./duties";
import { OnRollCard } from "./on-roll";
import { ShiftsCard } from "./shifts";
import { SignOnCard } from "./sign-on";
import { AccountState } from "./people";
import { useCases, useChange, usePeople, useSlips } from "./queries";
import { useTitle } from "../parts/title";

export function Person({ account }: { account: string }) {
  const messages = useMessages();
  const { data, error, refetch } = usePeople();
  const cases = useCases();
  const person = data?.find((one) => one.account === account);
  useTitle(person?.name, messages.people.title);
  return (
    <div className="page narrow stack">
      <Link href="/people">← {messages.person.back}</Link>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data !== undefined && person === undefined ? <Notice tone="bad">{messages.problems.not_found}</Notice> : null}
      {person === undefined ? null : <Shown person={person} cases={cases} />}
    </div>
  );
}

function Shown({ person, cases }: { person: Account; cases: string[] }) {
  const messages = useMessages();
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{person.name}</h1>
          <p className="muted mono">{person.account}</p>
        </div>
        <AccountState of={person} />
      </div>
      {person.disabled ? <Notice tone="caution">{messages.person.isShut}</Notice> : null}
      <DutiesCard person={person} cases={cases} />
      <ShiftsCard person={person} />
      <OnRollCard person={person} />
      <SignOnCard person={person} />
      <AccessCard person={person} />
    </>
  );
}

function DutiesCard({ person, cases }: { person: Account; cases: string[] }) {
  const messages = useMessages().person;
  const [duties, setDuties] = useState<Duties>(person.duties);
  const change = useChange(person.account);
  return (
    <section className="card">
      <header>
        <h2>{messages.duties}</h2>
        <span className="muted small">{messages.dutiesText}</span>
      </header>
      <div className="body stack">
        <DutiesEditor
          duties={duties}
          cases={cases}
          onChange={(next) => {
            change.reset();
            setDuties(next);
          }}
        />
        {change.error === null ? null : <Failed error={change.error} />}
        {change.isSuccess ? <Notice tone="good">{messages.saved}</Notice> : null}
        <div className="buttons">
          <Button look="primary" isPending={change.isPending} onPress={() => change.mutate({ what: "duties", duties: held(duties) })}>
            {messages.save}
          </Button>
        </div>
      </div>
    </section>
  );
}

function AccessCard({ person }: { person: Account }) {
  const messages = useMessages();
  const who = useWho();
  const [, go] = useLocation();
  const change = useChange(person.account);
  const slips = useSlips();
  const [asking, setAsking] = useState(false);
  const required = change.isSuccess && change.variables.what === "password";
  const own = who.account === person.account;
  return (
    <section className="card">
      <header>
        <h2>{messages.person.access}</h2>
      </header>
      <div className="body stack">
        {change.error === null ? null : <Failed error={change.error} />}
        {slips.error === null ? null : <Failed error={slips.error} />}
        <Act text={messages.person.slipText}>
          <Button isPending={slips.isPending} isDisabled={person.disabled} onPress={() => slips.mutate([person.account], { onSuccess: () => go("/people/slips") })}>
            {messages.person.slip}
          </Button>
        </Act>
        {required ? <Notice tone="good">{messages.person.required}</Notice> : null}
        <Act text={messages.person.requireText}>
          <Button isDisabled={!person.enrolled || person.disabled} onPress={() => change.mutate({ what: "password" })}>
            {messages.person.require}
          </Button>
        </Act>
        {own ? null : (
          <Act text={messages.person.shutText}>
            {person.disabled ? (
              <Button onPress={() => change.mutate({ what: "disabled", disabled: false })}>{messages.person.open}</Button>
            ) : (
              <Button look="danger" onPress={() => setAsking(true)}>
                {messages.person.shut}
              </Button>
            )}
          </Act>
        )}
      </div>
      {asking ? (
        <Dialog title={messages.person.shutTitle(person.name)} urgent onClose={() => setAsking(false)}>
          <p>{messages.person.shutText}</p>
          <div className="buttons">
            <Button onPress={() => setAsking(false)} autoFocus>
              {messages.cancel}
            </Button>
            <Button
              look="danger"
              onPress={() => {
                change.mutate({ what: "disabled", disabled: true });
                setAsking(false);
              }}
            >
              {messages.person.shut}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}

function Act({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="act">
      <p className="muted small">{text}</p>
      {children}
    </div>
  );
}
