/** What the office enters for a day: an estimate, a deposit, a sum given back, the time of its staff. */
import { useState, type FormEvent } from "react";
import { useFormat, useMessages } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { cents } from "./money";
import { useEnter, type RoomEntry } from "./queries";

type What = RoomEntry["what"];

/** The longest time of one entry, in minutes, as the server has it. */
const MOST_MINUTES = 100_000;

export function Enter({ name, today }: { name: string; today: string }) {
  const messages = useMessages().roomCosts;
  const { money } = useFormat();
  const enter = useEnter(name);
  const [what, setWhat] = useState<What>("estimate");
  const [day, setDay] = useState(today);
  const [amount, setAmount] = useState("");
  const [minutes, setMinutes] = useState("");
  const [rate, setRate] = useState("");
  // Each entry has a name of its own, which it keeps until it is stored: sent twice, it counts once.
  const [id, setId] = useState(() => crypto.randomUUID());
  const [sum, time, hourly] = [cents(amount), /^\d{1,6}$/.test(minutes.trim()) ? Number(minutes) : null, cents(rate)];
  const entry = entryOf(what, day, sum, time, hourly);
  const change = <T,>(set: (value: T) => void) => (value: T) => {
    enter.reset();
    setId(crypto.randomUUID());
    set(value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (entry === null || enter.isPending) return;
    const stored = () => {
      setId(crypto.randomUUID());
      setAmount("");
      setMinutes("");
    };
    enter.mutate({ id, entry }, { onSuccess: stored });
  };
  const wrong = (text: string, value: number | null, words: string) => (text.trim() !== "" && value === null ? words : undefined);
  return (
    <section className="card">
      <header>
        <h2>{messages.entry}</h2>
      </header>
      <form className="form body" onSubmit={submit} noValidate>
        <p className="muted small">{messages.entryText}</p>
        {enter.error === null ? null : <Failed error={enter.error} />}
        {enter.isSuccess ? <Notice tone="good">{messages.entered}</Notice> : null}
        <fieldset>
          <legend className="legend">{messages.what}</legend>
          <div className="whats">
            {(Object.keys(messages.whats) as What[]).map((one) => (
              <Check key={one} radio name="what" label={messages.whats[one]} checked={what === one} onChange={() => change(setWhat)(one)} />
            ))}
          </div>
        </fieldset>
        <div className="numbers">
          <Field label={messages.day} type="date" value={day} onChange={change(setDay)} />
          {what === "staff_time" ? (
            <>
              <Field label={messages.minutes} value={minutes} onChange={change(setMinutes)} error={wrong(minutes, time, messages.badMinutes)} inputMode="numeric" autoComplete="off" />
              <Field label={messages.rate} value={rate} onChange={change(setRate)} error={wrong(rate, hourly, messages.badAmount)} inputMode="decimal" autoComplete="off" />
            </>
          ) : (
            <Field label={messages.amount} value={amount} onChange={change(setAmount)} error={wrong(amount, sum, messages.badAmount)} inputMode="decimal" autoComplete="off" />
          )}
        </div>
        <div className="buttons">
          <Button type="submit" look="primary" isPending={enter.isPending} isDisabled={entry === null}>
            {messages.enter}
          </Button>
          {what === "staff_time" && time !== null && hourly !== null ? <span className="muted">{messages.comesTo(money(Math.floor((time * hourly) / 60)))}</span> : null}
        </div>
      </form>
    </section>
  );
}

/** The entry, where all that it needs is there. Only a day's costs can be estimated at nothing. */
function entryOf(what: What, day: string, sum: number | null, minutes: number | null, rate: number | null): RoomEntry | null {
  if (day === "") return null;
  if (what === "staff_time") {
    return minutes !== null && minutes > 0 && minutes <= MOST_MINUTES && rate !== null && rate > 0 ? { what, day, minutes, cents_per_hour: rate } : null;
  }
  return sum !== null && (sum > 0 || what === "estimate") ? { what, day, cents: sum } : null;
}
