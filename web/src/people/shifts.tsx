/** When a person may be signed in, week by week. */
import { useState } from "react";
import type { Account } from "../api/client";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { useChange, type Shift } from "./queries";

/** The days of a week in order. */
export const DAYS: Shift["day"][] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const USUAL = { from: "08:00", to: "17:00" };

export function ShiftsCard({ person }: { person: Account }) {
  const messages = useMessages().shifts;
  const [shifts, setShifts] = useState<Shift[]>(person.shifts);
  const change = useChange(person.account);
  const set = (next: Shift[]) => {
    change.reset();
    setShifts(next);
  };
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <div className="body stack">
        <p className="muted small">{messages.text}</p>
        {shifts.length === 0 ? <p>{messages.none}</p> : null}
        <ul className="stack tight">
          {shifts.map((shift, index) => (
            <li key={index}>
              <Row
                shift={shift}
                onChange={(next) => set(shifts.map((one, at) => (at === index ? next : one)))}
                onRemove={() => set(shifts.filter((_, at) => at !== index))}
              />
            </li>
          ))}
        </ul>
        <div className="buttons">
          <Button small onPress={() => set([...shifts, { day: "monday", ...USUAL }])}>
            {messages.add}
          </Button>
          {shifts.length > 0 ? null : (
            <Button small onPress={() => set(DAYS.slice(0, 5).map((day) => ({ day, ...USUAL })))}>
              {messages.week}
            </Button>
          )}
        </div>
        {change.error === null ? null : <Failed error={change.error} />}
        {change.isSuccess ? <Notice tone="good">{messages.saved}</Notice> : null}
        <div className="buttons">
          <Button look="primary" isPending={change.isPending} onPress={() => change.mutate({ what: "shifts", shifts })}>
            {messages.save}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Row({ shift, onChange, onRemove }: { shift: Shift; onChange: (shift: Shift) => void; onRemove: () => void }) {
  const messages = useMessages().shifts;
  const { weekday } = useFormat();
  const name = weekday(DAYS.indexOf(shift.day));
  return (
    <div className="shift">
      <select className="input" aria-label={messages.day} value={shift.day} onChange={(event) => onChange({ ...shift, day: event.target.value as Shift["day"] })}>
        {DAYS.map((day, index) => (
          <option key={day} value={day}>
            {weekday(index)}
          </option>
        ))}
      </select>
      <input className="input" type="time" aria-label={`${messages.from}, ${name}`} value={shift.from} onChange={(event) => onChange({ ...shift, from: event.target.value })} />
      <input className="input" type="time" aria-label={`${messages.to}, ${name}`} value={shift.to} onChange={(event) => onChange({ ...shift, to: event.target.value })} />
      <Button small look="quiet" onPress={onRemove} aria-label={messages.remove(name)}>
        {messages.removeShort}
      </Button>
    </div>
  );
}
