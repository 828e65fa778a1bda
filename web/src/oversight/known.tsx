/** Lines whose answer is known, handed out among the others to see how well people work. */
import { useState } from "react";
import { findingName, useFormat, useMessages } from "../messages";
import { Button, More } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { KnowDialog } from "./know";
import { useKnow, useKnownAnswers, usePolicy, type KnownAnswer } from "./queries";

export function Known({ name }: { name: string }) {
  const messages = useMessages();
  const list = useKnownAnswers(name);
  const { data, error, refetch } = list;
  const known = data?.pages.flatMap(({ items }) => items) ?? [];
  const [adding, setAdding] = useState(false);
  const [retiring, setRetiring] = useState<KnownAnswer | null>(null);
  return (
    <>
      <div className="page-head">
        <div className="lead">
          <p className="muted">{messages.known.text}</p>
          <p className="muted">{messages.known.never}</p>
        </div>
        <Button look="primary" onPress={() => setAdding(true)}>
          {messages.known.add}
        </Button>
      </div>
      <HandedOut name={name} />
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : (
        <section className="card table-scroll">
          {known.length === 0 ? <p className="muted inset">{messages.known.none}</p> : <Table known={known} retire={setRetiring} />}
        </section>
      )}
      <More of={list} />
      {adding ? <KnowDialog name={name} onClose={() => setAdding(false)} /> : null}
      {retiring === null ? null : <Retire name={name} known={retiring} onClose={() => setRetiring(null)} />}
    </>
  );
}

/** How many are handed out is laid down elsewhere; where that is none, the list alone does nothing. */
function HandedOut({ name }: { name: string }) {
  const messages = useMessages().known;
  const { number } = useFormat();
  const policy = usePolicy(name).data?.policy;
  if (policy === undefined) return null;
  if (policy.known_answers === 0) return <Notice tone="caution">{messages.notHandedOut}</Notice>;
  return <p className="small muted">{messages.handedOut(number(policy.known_answers))}</p>;
}

function Table({ known, retire }: { known: KnownAnswer[]; retire: (one: KnownAnswer) => void }) {
  const messages = useMessages();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{messages.oversight.line}</th>
          <th scope="col">{messages.known.answer}</th>
          <th scope="col">{messages.known.because}</th>
          <th scope="col">
            <span className="unseen">{messages.known.retire}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {known.map((one) => (
          <tr key={`${one.section}/${one.line}`}>
            <th scope="row" className="figure nowrap">
              {one.section} / {one.line}
            </th>
            <td>
              {findingName(messages.dispositions, one.answer)} <span className="mono small muted">{one.answer.voter}</span>
            </td>
            <td className="small">
              {one.because}
              <span className="block muted">{messages.acts.by(one.by)}</span>
            </td>
            <td className="right">
              <Button small onPress={() => retire(one)} aria-label={messages.known.retireOne(one.section, one.line)}>
                {messages.known.retire}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Retire({ name, known, onClose }: { name: string; known: KnownAnswer; onClose: () => void }) {
  const messages = useMessages();
  const retire = useKnow(name);
  const { section, line } = known;
  return (
    <Dialog title={messages.known.retireOne(section, line)} urgent onClose={onClose}>
      {retire.error === null ? null : <Failed error={retire.error} />}
      <p>{messages.known.retireText}</p>
      <div className="buttons">
        <Button onPress={onClose} autoFocus>
          {messages.cancel}
        </Button>
        <Button look="danger" isPending={retire.isPending} onPress={() => retire.mutate({ what: "retire", section, line }, { onSuccess: onClose })}>
          {messages.known.retire}
        </Button>
      </div>
    </Dialog>
  );
}
