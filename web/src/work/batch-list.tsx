/** The list of a batch before it is handed in: the last look, and the last moment to take something back. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { findingName, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { usePreferences } from "../frame/preferences";
import { Delivery, Lease } from "./delivery";
import { useKeys } from "./keys";
import { measurePaint } from "./paint";
import type { Work, WorkLine, WorkState } from "./work";

interface Listed {
  work: Work;
  state: WorkState;
  onHandedIn: () => void;
  onStopped: () => void;
}

export function BatchList({ work, state, onHandedIn, onStopped }: Listed) {
  const messages = useMessages();
  const { shortcuts } = usePreferences();
  const [failure, setFailure] = useState<unknown>(null);
  // What was asked for while findings are still on their way is done when they have arrived.
  const [wanted, setWanted] = useState<"go_on" | "stop" | null>(null);
  const handIn = useRef<HTMLButtonElement>(null);
  const decided = state.lines.filter((line) => line.entry?.wanted && line.entry.delivery !== "refused").length;
  const open = state.lines.filter((line) => !line.passed).length;
  const unsent = state.outbox.unsent > 0;
  useEffect(() => handIn.current?.focus(), []);
  useLayoutEffect(() => void measurePaint(null), []);

  useEffect(() => {
    if (wanted === null || unsent) return;
    setWanted(null);
    setFailure(null);
    work.handIn(wanted).then((done) => {
      if (!done) return;
      onHandedIn();
      if (wanted === "stop") onStopped();
    }, setFailure);
  }, [wanted, unsent, work, onHandedIn, onStopped]);

  const back = () => work.goTo(state.at ?? state.lines[0]?.key ?? "0/0");
  useKeys(shortcuts, (key, onControl) => {
    if (key === "Enter" && !onControl) setWanted("go_on");
    else if (key === "u") work.undo();
    else if (key === "d" || key === "Escape") back();
    else return false;
    return true;
  });

  if (state.phase.name === "handing_in") return <Waiting text={messages.list.handingIn} />;
  return (
    <div className="work">
      <div className="page batch-list stack">
        <div className="page-head">
          <div>
            <h1>{decided === open ? messages.list.title : messages.list.openTitle}</h1>
            <p className="muted">{messages.list.text}</p>
          </div>
          <div className="buttons">
            <Button look="primary" onPress={() => setWanted("go_on")} isPending={wanted !== null} ref={handIn} hotkey="⏎">
              {wanted !== null ? messages.list.waiting : decided === open ? messages.list.handIn : messages.list.handInSome(decided)}
            </Button>
            <Button onPress={() => setWanted("stop")}>
              {messages.work.stop}
            </Button>
            <Button onPress={back} hotkey="D">{messages.list.back}</Button>
            <Button onPress={() => work.undo()} isDisabled={!state.canUndo} hotkey="U">
              {messages.work.undo}
            </Button>
          </div>
        </div>
        {failure === null ? null : <Failed error={failure} />}
        <div className="card table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{messages.list.line}</th>
                <th scope="col">{messages.list.written}</th>
                <th scope="col">{messages.list.finding}</th>
                <th scope="col">{messages.list.voter}</th>
                <th scope="col">{messages.list.state}</th>
                <th scope="col">
                  <span className="unseen">{messages.list.open}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {state.lines.map((line) => (
                <Row key={line.key} line={line} unseen={state.signaturesFirst && !work.beside(line.key).named} open={() => work.goTo(line.key)} />
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <section className="work-foot" aria-label={messages.work.foot}>
        <Delivery outbox={state.outbox} retry={() => work.retry()} />
        <Lease until={state.until} check={work.check} />
      </section>
    </div>
  );
}

interface Listing {
  line: WorkLine;
  /** Whether its signatures are still to be looked at, before the name. */
  unseen: boolean;
  open: () => void;
}

function Row({ line, unseen, open }: Listing) {
  const messages = useMessages();
  const found = line.entry?.wanted ?? null;
  const delivery = line.entry?.delivery === "sending" ? "waiting" : (line.entry?.delivery ?? "todo");
  const state = line.passed ? "passed" : found === null ? "todo" : delivery;
  return (
    <tr>
      <th scope="row" className="nowrap figure">
        {line.section} / {line.line}
      </th>
      <td>
        {unseen && found === null ? (
          <span className="muted">{messages.work.afterSignatures}</span>
        ) : (
          <>
            {line.sheet?.printed_name} <span className="muted small">{line.sheet?.address}</span>
          </>
        )}
      </td>
      <td>
        {found === null ? (
          <span className="muted">{line.passed ? messages.lineStates.passed : messages.list.nothing}</span>
        ) : (
          <span className={found.disposition === "valid" ? "chip good" : "chip bad"}>{findingName(messages.dispositions, found)}</span>
        )}
        {found?.note ? <span className="block small muted quote">{found.note}</span> : null}
      </td>
      <td className="mono small">{found?.voter}</td>
      <td className="small">
        {messages.lineStates[state]}
        {line.entry?.refusal ? (
          <span className="block" lang="en">
            {line.entry.refusal.detail}
          </span>
        ) : null}
      </td>
      <td className="right">
        {line.passed ? null : (
          <Button small look="quiet" onPress={open} aria-label={`${messages.list.open}: ${messages.work.place(line.section, line.line)}`}>
            {messages.list.open}
          </Button>
        )}
      </td>
    </tr>
  );
}
