/** Many people at once, with the same duties, and their slips. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useLocation } from "wouter";
import { answer, api, type Duties } from "../api/client";
import { useMessages, useTold } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { DutiesEditor, held } from "./duties";
import { typedPeople } from "./lines";
import { useWays } from "../session/ways";
import { useCases, useSlips } from "./queries";
import { useTitle } from "../parts/title";

interface Outcome {
  added: string[];
  failed: { at: number; account: string; why: string }[];
}

export function AddPeople() {
  const messages = useMessages();
  const told = useTold();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const cases = useCases();
  const slips = useSlips();
  const [text, setText] = useState("");
  const [duties, setDuties] = useState<Duties>({});
  const signOn = useWays()?.sign_on;
  const [bySignOn, setBySignOn] = useState(false);
  const [withSlips, setWithSlips] = useState(true);
  const [progress, setProgress] = useState<[number, number] | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const typed = typedPeople(text);
  useTitle(messages.addPeople.title);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (progress !== null) return;
    const done: Outcome = { added: [], failed: [] };
    setOutcome(null);
    for (const [index, { at, account, name }] of typed.entries()) {
      setProgress([index, typed.length]);
      if (name === "" || account === "") {
        done.failed.push({ at, account, why: messages.addPeople.badLine });
        continue;
      }
      try {
        const made = await answer(api.POST("/api/people", { body: { account, name, duties: held(duties), sign_on: bySignOn } }));
        done.added.push(made.account);
      } catch (error) {
        done.failed.push({ at, account, why: told(error) });
      }
    }
    setProgress(null);
    setOutcome(done);
    // What could not be added stays to be mended.
    const failed = new Set(done.failed.map(({ at }) => at));
    setText(text.split("\n").filter((_, index) => failed.has(index + 1)).join("\n"));
    await queries.invalidateQueries({ queryKey: ["people"] });
    if (withSlips && done.added.length > 0) {
      slips.mutate(done.added, { onSuccess: () => done.failed.length === 0 && go("/people/slips") });
    }
  }

  return (
    <div className="page narrow stack">
      <Link href="/people">← {messages.person.back}</Link>
      <h1>{messages.addPeople.title}</h1>
      {outcome === null ? null : <Told outcome={outcome} slips={slips.isSuccess} />}
      {slips.error === null ? null : <Failed error={slips.error} />}
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <section className="card">
          <div className="body">
            <Field label={messages.addPeople.people} help={messages.addPeople.help} value={text} onChange={setText} rows={6} autoFocus spellCheck="false" />
          </div>
        </section>
        <section className="card">
          <header>
            <h2>{messages.addPeople.duties}</h2>
          </header>
          <div className="body">
            <DutiesEditor duties={duties} cases={cases} onChange={setDuties} />
          </div>
        </section>
        {signOn === undefined || signOn === null ? null : (
          <Check
            label={messages.signOn.all(signOn)}
            checked={bySignOn}
            onChange={(on) => {
              setBySignOn(on);
              // Who comes from there needs no password here.
              setWithSlips(!on);
            }}
          />
        )}
        <Check label={messages.addPeople.slips} checked={withSlips} onChange={setWithSlips} />
        <div className="buttons">
          <Button type="submit" look="primary" isDisabled={typed.length === 0} isPending={progress !== null}>
            {progress === null ? messages.addPeople.submit(typed.length) : messages.addPeople.adding(...progress)}
          </Button>
        </div>
      </form>
    </div>
  );
}

function Told({ outcome, slips }: { outcome: Outcome; slips: boolean }) {
  const messages = useMessages();
  const link = slips ? <Link href="/people/slips">{messages.slips.title}</Link> : null;
  return (
    <>
      {outcome.added.length === 0 ? null : (
        <Notice tone="good" action={link}>
          {messages.addPeople.added(outcome.added.length)}
        </Notice>
      )}
      {outcome.failed.length === 0 ? null : (
        <Notice tone="bad">
          {messages.addPeople.failed}
          <ul>
            {outcome.failed.map(({ at, account, why }) => (
              <li key={at}>
                {messages.addPeople.line(at)}, <span className="mono">{account}</span>: {why}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
