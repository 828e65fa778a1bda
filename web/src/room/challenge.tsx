/** A challenge as both sides see it, and what the proponents do with one: raise it, take it back. */
import { useState, type FormEvent, type ReactNode } from "react";
import { Refusal } from "../api/client";
import { named, useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice } from "../parts/told";
import { useRaise, useWithdraw, type OneChallenge } from "./queries";
import { useReasons } from "./reasons";
import type { Place } from "./rows";

/** The most characters of grounds and reasons. */
export const MOST = 4000;

interface OfLine {
  name: string;
  /** Those of the line. */
  challenges: OneChallenge[];
  error: unknown;
  mayRaise: boolean;
  onRaise: () => void;
}

export function ChallengeCard({ name, challenges, error, mayRaise, onRaise }: OfLine) {
  const messages = useMessages().challenge;
  const waits = challenges.some(({ state }) => state === "raised");
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <div className="body stack">
        {error === null ? null : <Failed error={error} />}
        {challenges.length === 0 ? <p className="small muted">{messages.text}</p> : null}
        {challenges.map((challenge) => (
          <div key={challenge.challenge} className="stack tight">
            <p>
              <StateOf challenge={challenge} /> <Raised challenge={challenge} />
            </p>
            <Told challenge={challenge} />
            <Withdraw name={name} challenge={challenge} />
          </div>
        ))}
        {waits ? null : (
          <div className="buttons">
            <Button look={challenges.length === 0 ? "primary" : "plain"} isDisabled={!mayRaise} onPress={onRaise} hotkey="C">
              {challenges.length === 0 ? messages.raise : messages.again}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

const TONES: Record<string, string> = { raised: "chip caution", upheld: "chip good", refused: "chip bad" };

/** Challenges one under the other: which line, and what was said of it. */
export function ChallengeRow({ challenge, place, act }: { challenge: OneChallenge; place: ReactNode; act: ReactNode }) {
  return (
    <li className="challenge-row">
      <div className="stack tight">
        <p>{place}</p>
        <p>
          <StateOf challenge={challenge} />
        </p>
        <p>
          <Raised challenge={challenge} />
        </p>
      </div>
      <div className="stack tight">
        <Told challenge={challenge} />
      </div>
      {act}
    </li>
  );
}

function Raised({ challenge }: { challenge: OneChallenge }) {
  const messages = useMessages().challenge;
  const { moment } = useFormat();
  return <span className="small muted">{messages.by(challenge.by, moment(challenge.at))}</span>;
}

function StateOf({ challenge }: { challenge: OneChallenge }) {
  return <span className={TONES[challenge.state] ?? "chip"}>{named(useMessages().challenge.states, challenge.state)}</span>;
}

/** The grounds, the answer, and what became of the line. */
export function Told({ challenge }: { challenge: OneChallenge }) {
  const messages = useMessages().challenge;
  const { moment } = useFormat();
  return (
    <>
      <p className="quote">{challenge.grounds}</p>
      {challenge.earlier.map((earlier) => (
        <details key={earlier.at} className="small">
          <summary>{messages.superseded(earlier.by, moment(earlier.at))}</summary>
          <p className="quote">{earlier.reasons}</p>
        </details>
      ))}
      {challenge.answer ? (
        <>
          <p className="small muted">{messages.answered(challenge.answer.by, moment(challenge.answer.at))}</p>
          <p className="quote">{challenge.answer.reasons}</p>
        </>
      ) : null}
      <Became of={challenge.became} />
    </>
  );
}

function Became({ of }: { of: OneChallenge["became"] }) {
  const { became, digest, verdicts } = useMessages().challenge;
  const reason = useReasons();
  if (!of) return null;
  const finding = reason(of.reason ?? of.disposition ?? "");
  const valid = of.valid ?? 0;
  return (
    <div className="became">
      <p>
        {of.state === "being_decided" ? became.being_decided : null}
        {of.state === "decided" ? became.decided(finding, valid) : null}
        {of.state === "certified" ? became.certified(finding, valid, named(verdicts, of.verdict ?? "")) : null}
      </p>
      {of.certificate ? (
        <p className="small muted">
          {digest}: <span className="mono digest">{of.certificate}</span>
        </p>
      ) : null}
    </div>
  );
}

export function Withdraw({ name, challenge }: { name: string; challenge: OneChallenge }) {
  const messages = useMessages().challenge;
  const withdraw = useWithdraw(name);
  const [asking, ask] = useState(false);
  if (challenge.state !== "raised") return null;
  return (
    <div className="buttons">
      <Button small onPress={() => ask(true)}>
        {messages.withdraw}
      </Button>
      {asking ? (
        <Dialog title={messages.withdrawTitle} urgent onClose={() => ask(false)}>
          <p>{messages.withdrawText}</p>
          {withdraw.error === null ? null : <Failed error={withdraw.error} />}
          <div className="buttons">
            <Button autoFocus onPress={() => ask(false)}>
              {messages.keepIt}
            </Button>
            <Button look="danger" isPending={withdraw.isPending} onPress={() => withdraw.mutate(challenge.challenge, { onSuccess: () => ask(false) })}>
              {messages.withdraw}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}

export function Raise({ name, at, onClose }: { name: string; at: Place; onClose: () => void }) {
  const messages = useMessages();
  const raise = useRaise(name);
  // Sent twice under one name it is one challenge.
  const [id] = useState(() => crypto.randomUUID());
  const [grounds, setGrounds] = useState("");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (grounds.trim() !== "" && !raise.isPending) raise.mutate({ id, section: at.section, line: at.line, grounds: grounds.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title={messages.challenge.raiseTitle(at.section, at.line)} onClose={onClose}>
      <form className="form" onSubmit={submit} onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && submit()}>
        {raise.error === null ? null : raise.error instanceof Refusal && raise.error.code === "exists" ? <Notice tone="bad">{messages.challenge.waits}</Notice> : <Failed error={raise.error} />}
        <Field label={messages.challenge.grounds} help={messages.challenge.groundsHelp} value={grounds} onChange={setGrounds} rows={5} maxLength={MOST} autoFocus />
        <div className="buttons">
          <Button type="submit" look="primary" isPending={raise.isPending} isDisabled={grounds.trim() === ""} hotkey="Ctrl ⏎">
            {messages.challenge.submit}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
