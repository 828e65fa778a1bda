/** Acts on many lines: proposed, shown, then done or called off. */
import { useState, type FormEvent } from "react";
import { useFormat, useMessages } from "../messages";
import { Button, Check, Field, More } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { useAct, useActs, type OneAct, type WhatToDo } from "./queries";

type Kind = WhatToDo["what"];

export function Acts({ name }: { name: string }) {
  const messages = useMessages();
  const list = useActs(name);
  const { data, error, refetch } = list;
  const acts = data?.pages.flatMap(({ items }) => items) ?? [];
  const [proposing, setProposing] = useState(false);
  const [looking, setLooking] = useState<OneAct | null>(null);
  return (
    <>
      <div className="page-head">
        <p className="muted">{messages.acts.text}</p>
        <Button look="primary" onPress={() => setProposing(true)}>
          {messages.acts.propose}
        </Button>
      </div>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : (
        <section className="card table-scroll">
          {acts.length === 0 ? (
            <p className="muted inset">{messages.acts.none}</p>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{messages.acts.what}</th>
                  <th scope="col">{messages.acts.because}</th>
                  <th scope="col" className="right">
                    {messages.acts.speaksOf}
                  </th>
                  <th scope="col">{messages.acts.state}</th>
                </tr>
              </thead>
              <tbody>
                {acts.map((act) => (
                  <Row key={act.id} act={act} look={() => setLooking(act)} />
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
      <More of={list} />
      {proposing || looking !== null ? (
        <ActDialog
          name={name}
          proposed={looking}
          onClose={() => {
            setProposing(false);
            setLooking(null);
          }}
        />
      ) : null}
    </>
  );
}

/** What an act speaks of, in words. */
function useWords(): (act: WhatToDo) => string {
  const messages = useMessages().acts;
  const { moment } = useFormat();
  return (act) => {
    const what = messages.whats[act.what];
    if (act.what === "reopen_lines") return `${what}: ${messages.linesOf(act.lines.length)}`;
    if (act.what === "take_from_hand") return `${what}: ${act.person}`;
    if (act.what === "reopen_work_of") return `${what}: ${act.person}, ${messages.since(moment(act.since))}`;
    if (act.what === "reopen_batch") return `${what}: ${act.batch.slice(0, 8)}`;
    return `${what}: ${messages.sectionOf(act.section)}`;
  };
}

function Row({ act, look }: { act: OneAct; look: () => void }) {
  const messages = useMessages().acts;
  const { number, moment } = useFormat();
  const words = useWords();
  return (
    <tr>
      <th scope="row">{words(act.act)}</th>
      <td className="small">
        {act.because}
        <span className="block muted">
          {messages.by(act.by)}, {moment(act.at)}
        </span>
      </td>
      <td className="right">{number(act.foreseen.lines)}</td>
      <td>
        {act.state === "proposed" ? (
          <Button small onPress={look}>
            {messages.comesTo}
          </Button>
        ) : (
          <span className={act.state === "done" ? "chip good" : "chip"}>{messages.states[act.state as "done" | "called_off"]}</span>
        )}
      </td>
    </tr>
  );
}

export function ActDialog({ name, proposed, onClose }: { name: string; proposed: OneAct | null; onClose: () => void }) {
  const { acts: messages, close } = useMessages();
  const words = useWords();
  const act = useAct(name);
  const [shown, setShown] = useState(proposed);
  const done = act.isSuccess && act.variables.step !== "propose";
  const settle = (step: "carry_out" | "call_off") => shown && act.mutate({ id: shown.id, step }, { onSuccess: step === "call_off" ? onClose : undefined });
  return (
    <Dialog title={shown === null ? messages.propose : words(shown.act)} onClose={onClose}>
      {act.error === null ? null : <Failed error={act.error} />}
      {shown === null ? (
        <Proposal busy={act.isPending} onPropose={(wanted, because) => act.mutate({ id: crypto.randomUUID(), step: "propose", act: wanted, because }, { onSuccess: setShown })} />
      ) : done ? (
        <Notice
          tone="good"
          action={
            // What had the focus is gone: without this one, the key that closes would go nowhere.
            <Button small onPress={onClose} autoFocus>
              {close}
            </Button>
          }
        >
          {messages.done}
        </Notice>
      ) : (
        <>
          <p>{shown.because}</p>
          <Foreseen of={shown} />
          <div className="buttons">
            <Button look="danger" isPending={act.isPending} onPress={() => settle("carry_out")}>
              {messages.carryOut}
            </Button>
            <Button isPending={act.isPending} onPress={() => settle("call_off")} autoFocus>
              {messages.callOff}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Foreseen({ of }: { of: OneAct }) {
  const messages = useMessages().acts;
  const { number } = useFormat();
  const rows: [string, number][] = [
    [messages.speaksOf, of.foreseen.lines],
    [messages.decided, of.foreseen.decided],
    [messages.inHand, of.foreseen.in_hand],
    [messages.noLonger, of.foreseen.no_longer_valid],
    [messages.newly, of.foreseen.newly_valid],
  ];
  return (
    <table className="table">
      <caption className="unseen">{messages.comesTo}</caption>
      <tbody>
        {rows.map(([what, lines]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td className="right">{number(lines)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lines as they are typed: section/line, parted by anything else. */
export function typedLines(text: string): { section: number; line: number }[] | null {
  const parts = text.split(/[\s,;]+/u).filter((part) => part !== "");
  const lines = parts.map((part) => /^(\d+)\/(\d+)$/.exec(part)).map((found) => (found ? { section: Number(found[1]), line: Number(found[2]) } : null));
  return lines.length > 0 && lines.every((line) => line !== null) ? lines : null;
}

/** What is proposed here. What was found in a batch is taken back from the list of sheets. */
const KINDS: Kind[] = ["void_section", "restore_section", "reopen_lines", "reopen_work_of", "take_from_hand"];

function Proposal({ busy, onPropose }: { busy: boolean; onPropose: (act: WhatToDo, because: string) => void }) {
  const messages = useMessages().acts;
  const [what, setWhat] = useState<Kind>("void_section");
  const [section, setSection] = useState("");
  const [ground, setGround] = useState<keyof typeof messages.grounds>("section_fatal");
  const [lines, setLines] = useState("");
  const [person, setPerson] = useState("");
  const [since, setSince] = useState("");
  const [because, setBecause] = useState("");

  const wanted = (): WhatToDo | null => {
    const number = Number(section);
    const isSection = Number.isInteger(number) && number > 0;
    const typed = typedLines(lines);
    switch (what) {
      case "void_section":
        return isSection ? { what, section: number, ground } : null;
      case "restore_section":
        return isSection ? { what, section: number } : null;
      case "reopen_lines":
        return typed ? { what, lines: typed } : null;
      case "take_from_hand":
        return person.trim() === "" ? null : { what, person: person.trim() };
      case "reopen_work_of":
        return person.trim() === "" || since === "" ? null : { what, person: person.trim(), since: new Date(since).toISOString() };
      case "reopen_batch":
        return null;
    }
  };
  const act = wanted();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (act !== null && because.trim() !== "" && !busy) onPropose(act, because.trim());
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <fieldset className="stack tight">
        <legend className="legend">{messages.what}</legend>
        {KINDS.map((kind) => (
          <Check key={kind} radio name="what" label={messages.whats[kind]} checked={what === kind} onChange={() => setWhat(kind)} />
        ))}
      </fieldset>
      {what === "void_section" || what === "restore_section" ? <Field label={messages.section} value={section} onChange={setSection} inputMode="numeric" autoFocus /> : null}
      {what === "void_section" ? (
        <fieldset className="stack tight">
          <legend className="legend">{messages.ground}</legend>
          {(Object.keys(messages.grounds) as (keyof typeof messages.grounds)[]).map((one) => (
            <Check key={one} radio name="ground" label={messages.grounds[one]} checked={ground === one} onChange={() => setGround(one)} />
          ))}
        </fieldset>
      ) : null}
      {what === "reopen_lines" ? (
        <Field label={messages.lines} help={messages.linesHelp} error={lines.trim() !== "" && act === null ? messages.badLines : undefined} value={lines} onChange={setLines} rows={3} autoFocus />
      ) : null}
      {what === "take_from_hand" || what === "reopen_work_of" ? <Field label={messages.person} value={person} onChange={setPerson} autoFocus /> : null}
      {what === "reopen_work_of" ? <Field label={messages.sinceWhen} type="datetime-local" value={since} onChange={setSince} /> : null}
      <Field label={messages.because} value={because} onChange={setBecause} maxLength={2000} />
      <div className="buttons">
        <Button type="submit" look="primary" isPending={busy} isDisabled={act === null || because.trim() === ""}>
          {messages.show}
        </Button>
      </div>
    </form>
  );
}
