/** Lines that three people keyed without agreeing: what each wrote, letter by letter, and what a supervisor says stands there. */
import { useEffect, useState } from "react";
import { useMessages } from "../../messages";
import { Button, Field, More } from "../../parts/controls";
import { Failed, Notice, Waiting } from "../../parts/told";
import { useLooking } from "../../work/images";
import { forgetPictures } from "../../work/pictures";
import { LinePicture } from "./picture";
import { KEYING, pageOf, stripOf, useConflicts, useSettle, type Conflict } from "./queries";
import { EMPTY, FIELDS, marked, type KeyedText } from "./texts";

export function Conflicts({ name }: { name: string }) {
  const messages = useMessages();
  const words = messages.conflicts;
  const list = useConflicts(name);
  const { data, error, refetch } = list;
  const conflicts = data?.pages.flatMap(({ items }) => items) ?? [];
  useEffect(() => () => forgetPictures(KEYING), []);
  const [settled, setSettled] = useState<{ section: number; line: number } | null>(null);
  return (
    <>
      <p className="muted prose">{words.text}</p>
      {settled === null ? null : <Notice tone="good">{words.settled(settled.section, settled.line)}</Notice>}
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data !== undefined && conflicts.length === 0 ? <p className="card inset">{words.none}</p> : null}
      {conflicts.map((conflict) => (
        <OneLine key={`${conflict.section}/${conflict.line}`} name={name} of={conflict} onSettled={() => setSettled(conflict)} />
      ))}
      <More of={list} />
    </>
  );
}

function OneLine({ name, of, onSettled }: { name: string; of: Conflict; onSettled: () => void }) {
  const messages = useMessages();
  const words = messages.conflicts;
  const [text, setText] = useState<KeyedText>(EMPTY);
  const [chosen, choose] = useState<number | null>(null);
  const [looking, look] = useLooking();
  const settle = useSettle(name);
  const title = words.lineOf(of.section, of.line);
  const take = (index: number) => {
    choose(index);
    setText(of.keyed[index] ?? EMPTY);
  };
  return (
    <section className="card conflict" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="muted">{messages.keying.page(of.page)}</span>
      </header>
      <div className="body stack">
        <LinePicture strip={stripOf(name, of.section, of.line)} page={{ picture: pageOf(name, of.section, of.page), number: of.page }} looking={looking} look={look} />
        <div className="table-scroll">
          <table className="table entries">
            <thead>
              <tr>
                <th scope="col">{words.field}</th>
                {of.keyed.map((_, index) => (
                  <th key={index} scope="col">
                    {words.entry(index + 1)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {FIELDS.map((field) => (
                <tr key={field}>
                  <th scope="row">{messages.keying.fields[field]}</th>
                  {of.keyed.map((entry, index) => (
                    <td key={index}>
                      <Marked text={entry[field]} others={of.keyed.filter((_, other) => other !== index).map((other) => other[field])} />
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">
                  <span className="unseen">{words.stands}</span>
                </th>
                {of.keyed.map((_, index) => (
                  <td key={index}>
                    <Button small aria-pressed={chosen === index} onPress={() => take(index)}>
                      {words.take(index + 1)}
                    </Button>
                  </td>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (!settle.isPending) settle.mutate({ section: of.section, line: of.line, body: text }, { onSuccess: onSettled });
          }}
        >
          <h3>{words.stands}</h3>
          <div className="key-fields">
            {FIELDS.map((field) => (
              <div key={field} className={`key-${field}`}>
                <Field label={messages.keying.fields[field]} value={text[field]} onChange={(value) => setText({ ...text, [field]: value })} maxLength={500} autoComplete="off" />
              </div>
            ))}
          </div>
          {settle.error === null ? null : <Failed error={settle.error} />}
          <div className="buttons">
            <Button type="submit" look="primary" isPending={settle.isPending} isDisabled={chosen === null && FIELDS.every((field) => text[field] === "")}>
              {words.settle}
            </Button>
          </div>
        </form>
      </div>
    </section>
  );
}

/** A text, its letters marked that another entry has otherwise. It is read out whole. */
function Marked({ text, others }: { text: string; others: string[] }) {
  const words = useMessages().conflicts;
  if (text === "") return <em className="muted">{words.empty}</em>;
  return (
    <>
      <span className="unseen">{text}</span>
      <span className="mono marked" aria-hidden="true">
        {marked(text, others).map(({ letter, differs }, index) => (differs ? <b key={index}>{letter}</b> : letter))}
      </span>
    </>
  );
}
