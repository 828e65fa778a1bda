/** How the work on a case is arranged, and the form that lays it down anew, for a reason. */
import { useState, type FormEvent } from "react";
import { useFormat, useMessages } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Failed, Notice, Waiting } from "../parts/told";
import { useLayDown, usePolicy, type Policy } from "./queries";

export function PolicyCard({ name }: { name: string }) {
  const messages = useMessages().oversight;
  const format = useFormat();
  const { data, error, refetch } = usePolicy(name);
  const layDown = useLayDown(name);
  return (
    <section className="card">
      <header>
        <h2>{messages.policy}</h2>
        {data === undefined ? null : (
          <span className="muted small">
            {data.at ? `${messages.laidDown(data.by, format.moment(data.at))}: ${data.because}` : messages.preset}
          </span>
        )}
      </header>
      <div className="body stack">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {layDown.error === null ? null : <Failed error={layDown.error} />}
        {layDown.isSuccess ? <Notice tone="good">{messages.laid}</Notice> : null}
        {data === undefined ? error === null && <Waiting /> : <Form key={data.at ?? ""} policy={data.policy} busy={layDown.isPending} onLayDown={layDown.mutate} />}
      </div>
    </section>
  );
}

interface Laying {
  policy: Policy;
  busy: boolean;
  onLayDown: (policy: { policy: Policy; because: string }) => void;
}

/** A number as it was typed, if it lies in its bounds. */
function within(text: string, low: number, high: number): number | null {
  const value = Number(text.replace(",", "."));
  return text.trim() !== "" && value >= low && value <= high ? value : null;
}

function Form({ policy, busy, onLayDown }: Laying) {
  const messages = useMessages().oversight;
  const { number } = useFormat();
  const [sheets, setSheets] = useState(typeof policy.contact_sheet_from === "number");
  const [from, setFrom] = useState(String((policy.contact_sheet_from ?? 990_000) / 10_000));
  const [look, setLook] = useState(String(policy.least_look / 1000));
  const [known, setKnown] = useState(String(policy.known_answers));
  const [second, setSecond] = useState(String(policy.second_looks));
  const [first, setFirst] = useState(policy.signatures_first);
  const [because, setBecause] = useState("");
  const values = { from: within(from, 90, 100), look: within(look, 0, 60), known: within(known, 0, 200), second: within(second, 0, 1000) };
  const bad = (value: number | null, low: number, high: number) => (value === null ? messages.badNumber(number(low), number(high)) : undefined);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { from, look, known, second } = values;
    if (busy || from === null || look === null || known === null || second === null || because.trim() === "") return;
    onLayDown({
      policy: {
        ...(sheets ? { contact_sheet_from: Math.round(from * 10_000) } : {}),
        least_look: Math.round(look * 1000),
        known_answers: Math.round(known),
        second_looks: Math.round(second),
        signatures_first: first,
      },
      because: because.trim(),
    });
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <Check label={messages.signaturesFirst} help={messages.signaturesFirstHelp} checked={first ?? true} onChange={setFirst} />
      <Check label={messages.sheets} checked={sheets} onChange={setSheets} />
      <div className="numbers">
        <Field label={messages.sheetsFrom} value={from} onChange={setFrom} isDisabled={!sheets} error={sheets ? bad(values.from, 90, 100) : undefined} inputMode="decimal" />
        <Field label={messages.leastLook} value={look} onChange={setLook} isDisabled={!sheets} error={bad(values.look, 0, 60)} inputMode="decimal" />
        <Field label={messages.knownAnswers} value={known} onChange={setKnown} error={bad(values.known, 0, 200)} inputMode="numeric" />
        <Field label={messages.secondLooks} value={second} onChange={setSecond} error={bad(values.second, 0, 1000)} inputMode="numeric" />
      </div>
      <Field label={messages.because} value={because} onChange={setBecause} />
      <div className="buttons">
        <Button type="submit" look="primary" isPending={busy} isDisabled={because.trim() === ""}>
          {messages.layDown}
        </Button>
      </div>
    </form>
  );
}
