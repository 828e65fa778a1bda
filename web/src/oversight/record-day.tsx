/** Asks for a day on which the time of a case rests, or that it will never come. */
import { useState, type FormEvent } from "react";
import { named, useMessages } from "../messages";
import { Button, Check, Choose, Field, Options } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { useRecord } from "./keeping";

export function RecordDay({ name, awaited }: { name: string; awaited: string[] }) {
  const messages = useMessages().retention;
  const [open, setOpen] = useState(false);
  return (
    <div className="buttons">
      <Button onPress={() => setOpen(true)}>{messages.recordDay}</Button>
      {open ? (
        <Dialog title={messages.recordDay} onClose={() => setOpen(false)}>
          <Form name={name} awaited={awaited} onDone={() => setOpen(false)} />
        </Dialog>
      ) : null}
    </div>
  );
}

function Form({ name, awaited, onDone }: { name: string; awaited: string[]; onDone: () => void }) {
  const messages = useMessages().retention;
  const record = useRecord(name);
  const [day, setDay] = useState(awaited[0] ?? "");
  const [never, setNever] = useState(false);
  const [on, setOn] = useState("");
  const [because, setBecause] = useState("");
  const complete = day !== "" && (never || on !== "") && because.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete || record.isPending) return;
    record.mutate({ what: "day", day, given: { ...(never ? {} : { on }), because: because.trim() } }, { onSuccess: onDone });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {record.error === null ? null : <Failed error={record.error} />}
      <Choose label={messages.which} value={day} onChange={setDay}>
        <Options of={Object.fromEntries(awaited.map((one) => [one, named(messages.dayNames, one)]))} />
      </Choose>
      <fieldset className="stack tight">
        <legend className="unseen">{messages.when}</legend>
        <Check radio name="when" label={messages.onADay} checked={!never} onChange={() => setNever(false)} />
        <Check radio name="when" label={messages.neverComes} help={messages.neverHelp} checked={never} onChange={() => setNever(true)} />
      </fieldset>
      {never ? null : <Field label={messages.day} type="date" value={on} onChange={setOn} />}
      <Field label={messages.source} help={messages.sourceHelp} value={because} onChange={setBecause} maxLength={2000} />
      <p className="muted small">{messages.stays}</p>
      <div className="buttons">
        <Button type="submit" look="primary" isPending={record.isPending} isDisabled={!complete}>
          {messages.putOnRecord}
        </Button>
      </div>
    </form>
  );
}
