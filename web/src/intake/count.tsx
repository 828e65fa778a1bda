/** The raw count: what the clerk counted on the paper, held against what was taken in. */
import { useState, type FormEvent } from "react";
import { Refusal } from "../api/client";
import { useStanding } from "../cases/queries";
import { useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { useCount } from "./queries";

export function Count({ name }: { name: string }) {
  const words = useMessages().count;
  const standing = useStanding(name);
  const { data, error } = standing;
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void standing.refetch()} />;
  if (typeof data.raw_count === "number") return <Counted raw={data.raw_count} required={data.required} accepted={data.phase !== "not_accepted"} />;
  return (
    <>
      <p className="muted prose">{words.text}</p>
      <Ask name={name} />
    </>
  );
}

function Ask({ name }: { name: string }) {
  const messages = useMessages();
  const words = messages.count;
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState<number | null>(null);
  const [missed, setMissed] = useState<number | null>(null);
  const count = useCount(name);
  const raw = /^\d{1,9}$/.test(text.replaceAll(",", "").trim()) ? Number(text.replaceAll(",", "")) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setMissed(null);
    count.reset();
    if (raw !== null) setAsking(raw);
  };
  const carryOut = (wanted: number) =>
    count.mutate(wanted, {
      onError: (error) => {
        setAsking(null);
        if (error instanceof Refusal && error.code === "otherwise") setMissed(wanted);
      },
    });
  return (
    <>
      {missed === null ? null : <Notice tone="bad">{words.otherwise(missed)}</Notice>}
      {count.error === null || missed !== null ? null : <Failed error={count.error} />}
      <form className="card count-form" onSubmit={submit} noValidate>
        <Field
          label={words.raw}
          error={tried && raw === null ? words.badRaw : undefined}
          value={text}
          onChange={setText}
          inputMode="numeric"
          autoComplete="off"
          autoFocus
        />
        <div className="buttons">
          <Button type="submit" look="primary">
            {words.submit}
          </Button>
        </div>
      </form>
      {asking === null ? null : (
        <Dialog title={words.sureTitle} urgent onClose={() => setAsking(null)}>
          <p>{words.sure(asking)}</p>
          <div className="buttons">
            <Button onPress={() => setAsking(null)} autoFocus>
              {messages.cancel}
            </Button>
            <Button look="primary" isPending={count.isPending} onPress={() => carryOut(asking)}>
              {words.submit}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Counted({ raw, required, accepted }: { raw: number; required: number; accepted: boolean }) {
  const words = useMessages().count;
  const { number } = useFormat();
  return (
    <section className="card" aria-labelledby="counted">
      <header>
        <h2 id="counted">{words.counted}</h2>
      </header>
      <div className="body stack">
        <dl className="clock-figures">
          <div>
            <dt>{words.raw}</dt>
            <dd className="figure">{number(raw)}</dd>
          </div>
          <div>
            <dt>{words.required}</dt>
            <dd className="figure">{number(required)}</dd>
          </div>
        </dl>
        <Notice tone={accepted ? "good" : "bad"}>
          <strong>{words.primaFacie}.</strong> {accepted ? words.accepted : words.notAccepted}
        </Notice>
      </div>
    </section>
  );
}
