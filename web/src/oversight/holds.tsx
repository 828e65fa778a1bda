/** Legal holds: while one stands, nothing of the case is destroyed. */
import { useState, type FormEvent } from "react";
import { useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { useRecord, type LegalHold } from "./keeping";

interface Shown {
  name: string;
  holds: LegalHold[];
  mayRecord: boolean;
}

export function Holds({ name, holds, mayRecord }: Shown) {
  const messages = useMessages().retention;
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<LegalHold | null>(null);
  return (
    <section className="card" aria-label={messages.holds}>
      <header>
        <h2>{messages.holds}</h2>
      </header>
      <div className="body stack">
        <p className="muted small">{messages.holdsText}</p>
        {holds.length === 0 ? <p className="muted">{messages.noHolds}</p> : null}
        <ul className="entries">
          {holds.map((hold) => (
            <Hold key={hold.hold} hold={hold} lift={mayRecord ? () => setLifting(hold) : null} />
          ))}
        </ul>
        {mayRecord ? (
          <div className="buttons">
            <Button onPress={() => setPlacing(true)}>{messages.placeHold}</Button>
          </div>
        ) : null}
      </div>
      {placing ? <Place name={name} onClose={() => setPlacing(false)} /> : null}
      {lifting === null ? null : <Lift name={name} hold={lifting} onClose={() => setLifting(null)} />}
    </section>
  );
}

function Hold({ hold, lift }: { hold: LegalHold; lift: (() => void) | null }) {
  const messages = useMessages().retention;
  const { day, moment } = useFormat();
  const { placed, lifted } = hold;
  return (
    <li className="hold">
      <div>
        <p>
          <strong>{hold.asked_by}</strong> <span className="muted">{hold.authority}</span>{" "}
          {lifted ? <span className="chip">{messages.lifted}</span> : <span className="chip caution">{messages.stands(day(hold.since))}</span>}
        </p>
        <p className="muted small">{messages.record(placed.because, placed.person, moment(placed.at))}</p>
        {lifted ? <p className="muted small">{messages.liftRecord(lifted.because, lifted.person, moment(lifted.at))}</p> : null}
      </div>
      {lifted || lift === null ? null : (
        <Button small onPress={lift} aria-label={messages.liftOne(hold.asked_by)}>
          {messages.lift}
        </Button>
      )}
    </li>
  );
}

function Place({ name, onClose }: { name: string; onClose: () => void }) {
  const messages = useMessages().retention;
  const record = useRecord(name);
  // One name for all tries: what was put on record by an answer that got lost is not put there twice.
  const [id] = useState(() => crypto.randomUUID());
  const [askedBy, setAskedBy] = useState("");
  const [authority, setAuthority] = useState("");
  const [since, setSince] = useState("");
  const [because, setBecause] = useState("");
  const complete = since !== "" && [askedBy, authority, because].every((text) => text.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete || record.isPending) return;
    const given = { asked_by: askedBy.trim(), authority: authority.trim(), since, because: because.trim() };
    record.mutate({ what: "hold", id, given }, { onSuccess: onClose });
  };
  return (
    <Dialog title={messages.placeHold} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        {record.error === null ? null : <Failed error={record.error} />}
        <Field label={messages.askedBy} value={askedBy} onChange={setAskedBy} maxLength={2000} autoFocus />
        <Field label={messages.authority} help={messages.authorityHelp} value={authority} onChange={setAuthority} maxLength={2000} />
        <Field label={messages.since} type="date" value={since} onChange={setSince} />
        <Field label={messages.because} value={because} onChange={setBecause} maxLength={2000} />
        <div className="buttons">
          <Button type="submit" look="primary" isPending={record.isPending} isDisabled={!complete}>
            {messages.putOnRecord}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Lift({ name, hold, onClose }: { name: string; hold: LegalHold; onClose: () => void }) {
  const all = useMessages();
  const messages = all.retention;
  const record = useRecord(name);
  const [because, setBecause] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (because.trim() === "" || record.isPending) return;
    record.mutate({ what: "lift", id: hold.hold, because: because.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title={messages.liftOne(hold.asked_by)} urgent onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        {record.error === null ? null : <Failed error={record.error} />}
        <p>{messages.liftText}</p>
        <Field label={messages.because} value={because} onChange={setBecause} maxLength={2000} autoFocus />
        <div className="buttons">
          <Button onPress={onClose}>{all.cancel}</Button>
          <Button type="submit" look="danger" isPending={record.isPending} isDisabled={because.trim() === ""}>
            {messages.lift}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
