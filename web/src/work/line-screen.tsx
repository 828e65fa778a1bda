/** One line on the screen: what is written, who it may be, and what the reviewer finds. Everything has a key, and every key a button. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Candidate, StageName, Voter } from "../api/client";
import { usePreferences } from "../frame/preferences";
import { findingName, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Notice, Waiting } from "../parts/told";
import { nextZoom } from "../parts/viewer";
import { Candidates, Search } from "./candidates";
import { Decide } from "./decide";
import { Delivery, Lease } from "./delivery";
import { Help, Note, PassOn } from "./dialogs";
import { Images, useLooking, WholePage, type Looking } from "./images";
import { useKeys } from "./keys";
import { dispositionsAt, finding, seemsContradicted, type Disposition } from "./dispositions";
import { NotTaken } from "./not-taken";
import { measurePaint } from "./paint";
import { fetchAhead, keepsImages, pictureOf, usePicture, useReferences } from "./pictures";
import { Record } from "./record";
import type { Work, WorkLine, WorkState } from "./work";

type Asking = "none" | "search" | "pass_on" | "note" | "help" | "page" | { decides: Disposition };

interface Screen {
  work: Work;
  state: WorkState;
  name: string;
  stage: StageName;
}

export function LineScreen({ work, state, name, stage }: Screen) {
  const messages = useMessages();
  const line = state.lines.find(({ key }) => key === state.at);
  const [looking, look] = useLooking();
  const sheets = state.lines.filter(({ sheet }) => sheet !== null).length;
  useEffect(() => fetchingAhead(name, state), [name, state.batch, state.at, sheets]);
  if (line === undefined) return <Waiting />;
  return (
    <div className="work">
      <div>
        <WorkBar work={work} state={state} line={line} stage={stage} />
        <NotTaken lines={state.notTaken} />
      </div>
      {line.sheet === null ? (
        <Waiting text={messages.work.sheetComing} />
      ) : (
        <Desk key={line.key} work={work} state={state} line={line} name={name} stage={stage} looking={looking} look={look} />
      )}
      <section className="work-foot" aria-label={messages.work.foot}>
        <Delivery outbox={state.outbox} retry={() => work.retry()} />
        {state.handedIn > 0 ? <span className="muted small">{messages.list.handedIn(state.handedIn)}</span> : null}
        <Lease until={state.until} check={work.check} />
      </section>
    </div>
  );
}

/** Fetches the pictures of every line whose sheet is here, the next ones first, so that nobody decides on text alone once the connection is lost. */
function fetchingAhead(name: string, { batch, lines, at }: WorkState): () => void {
  let goesOn = true;
  const from = Math.max(0, lines.findIndex(({ key }) => key === at));
  const ahead = async () => {
    for (const { key, sheet, passed } of [...lines.slice(from), ...lines.slice(0, from)]) {
      if (goesOn && sheet !== null && !passed) await fetchAhead({ name, batch, line: key }, sheet);
    }
  };
  void ahead();
  return () => void (goesOn = false);
}

function WorkBar({ work, state, line, stage }: { work: Work; state: WorkState; line: WorkLine; stage: StageName }) {
  const messages = useMessages();
  const index = state.lines.indexOf(line);
  return (
    <div className="work-bar">
      <h1>
        {messages.work.place(line.section, line.line)} <span className="muted figure">{messages.work.position(index + 1, state.lines.length)}</span>
      </h1>
      <ol className="strip" aria-label={messages.work.progress}>
        {state.lines.map((other) => {
          const kind = other.passed ? "passed" : (other.entry?.wanted && other.entry.delivery) || "todo";
          const shown = kind === "sending" ? "waiting" : kind;
          const words = other.key === state.at ? messages.lineStates.current : messages.lineStates[shown];
          return (
            <li key={other.key}>
              <button
                type="button"
                tabIndex={-1}
                className={shown}
                aria-current={other.key === state.at ? "true" : undefined}
                aria-label={`${messages.work.place(other.section, other.line)}: ${words}`}
                title={`${messages.work.place(other.section, other.line)}: ${words}`}
                disabled={other.passed}
                onClick={() => work.goTo(other.key)}
              />
            </li>
          );
        })}
      </ol>
      <span className="muted small stage-name">{messages.stages[stage]}</span>
    </div>
  );
}

interface DeskProps extends Screen {
  line: WorkLine;
  looking: Looking;
  look: (change: Partial<Looking>) => void;
}

function Desk({ work, state, line, name, stage, looking, look }: DeskProps) {
  const messages = useMessages();
  const { shortcuts } = usePreferences();
  const named = line.sheet?.named ?? null;
  // Where a signature is looked at once more, the question is only whether it is this voter's.
  const only = stage === "blind_review" ? named : null;
  const candidates: Candidate[] = (line.sheet?.candidates ?? []).filter(({ voter }) => only === null || voter.voter === only.voter);
  // Whose signature is looked at once more may have been found by a search.
  const further = named && !candidates.some(({ voter }) => voter.voter === named.voter) ? [named] : [];
  // What the person has put beside the line is there again when they come back to it.
  const beside = work.beside(line.key);
  const [found, setFound] = useState(() => (beside.found.length > 0 ? beside.found : further));
  const voters = [...candidates.map(({ voter }) => voter), ...found];
  const before = line.entry?.wanted?.voter ?? line.lost?.voter ?? named?.voter;
  const [chosen, choose] = useState(() => (voters.some(({ voter }) => voter === before) ? (before ?? null) : (voters[0]?.voter ?? null)));
  const [note, setNote] = useState(beside.note);
  const [asking, ask] = useState<Asking>("none");
  const [voterMissing, setVoterMissing] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const voter = voters.find((one) => one.voter === chosen) ?? null;
  const dispositions = dispositionsAt(stage);
  const held = { name, batch: state.batch, line: line.key };
  const signature = usePicture(pictureOf(held, "signature"));
  const strip = usePicture(pictureOf(held, "strip"));
  // Whether what is shown first is all here, or told of.
  const complete = signature.is !== "coming" && strip.is !== "coming";
  const references = useReferences(held, line.sheet, chosen, signature.is === "here");
  const [revealed, setRevealed] = useState(beside.named);
  // The signature is compared before anybody's name is seen, where there is one and another to compare it with: also while either is still on its way,
  // or not to be had just now.
  const comparable = signature.is !== "none" && (stage === "blind_review" || (chosen !== null && references.is !== "none"));
  const unnamed = state.signaturesFirst && comparable && !revealed;
  // Whether a signature compares can be said without a name. All else is said of somebody.
  const locked = unnamed && stage !== "blind_review";
  const chooses = !unnamed && only === null;
  useEffect(() => {
    if (!unnamed) beside.named = true;
  }, [unnamed, beside]);
  useLayoutEffect(() => work.drawn(), [work, revealed]);

  // The line is where the keys work and what is read out; a button of the line before must not keep the focus and be pressed again.
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    if (complete) void measurePaint(place.current);
  }, [complete]);

  const decide = useCallback(
    (disposition: Disposition, withNote?: string) => {
      const said = withNote ?? note;
      if (disposition.namesVoter && voter === null) {
        setVoterMissing(true);
      } else if (withNote === undefined && said === "" && seemsContradicted(disposition, voter)) {
        ask({ decides: disposition });
      } else {
        work.decide(finding(disposition, voter, said));
      }
    },
    [note, voter, work],
  );

  const add = (one: Voter) => {
    if (!voters.some(({ voter }) => voter === one.voter)) {
      const all = [...found, one];
      beside.found = all;
      setFound(all);
    }
    choose(one.voter);
    setVoterMissing(false);
    ask("none");
    place.current?.focus({ preventScroll: true });
  };

  const move = (by: number) => {
    const index = voters.findIndex((one) => one.voter === chosen);
    const next = voters[Math.min(Math.max(index + by, 0), voters.length - 1)];
    if (next) choose(next.voter);
  };

  const reveal = () => {
    if (!unnamed) return;
    setRevealed(true);
    // The button that did it goes with what it said.
    place.current?.focus({ preventScroll: true });
  };

  useKeys(shortcuts, (key, onControl) => {
    // Around what is asked in between, too, keys are none of the line's.
    if (asking !== "none") return false;
    const disposition = dispositions.find((one) => one.key === key);
    if (key === "Enter") {
      const valid = dispositions[0];
      if (onControl) return false;
      if (locked) reveal();
      else if (valid) decide(valid);
      return true;
    }
    if (disposition && !locked) decide(disposition);
    else if (key === "ArrowDown" && chooses) move(1);
    else if (key === "ArrowUp" && chooses) move(-1);
    else if (key === "ArrowRight") work.step(1);
    else if (key === "ArrowLeft") work.step(-1);
    else if (chooses && /^[1-9]$/.test(key) && voters[Number(key) - 1]) choose(voters[Number(key) - 1]?.voter ?? null);
    else if (key === "u" || key === "Backspace") work.undo();
    else if (key === "/" && chooses) ask("search");
    else if (key === "m") ask("note");
    else if (key === "t") ask("pass_on");
    else if (key === "d") work.list();
    else if (key === "?") ask("help");
    else if (key === "z") look({ zoom: nextZoom(looking.zoom) });
    else if (key === "h") look({ contrast: !looking.contrast });
    else if (key === "y") look({ invert: !looking.invert });
    else if (key === "f" && !unnamed && keepsImages()) ask("page");
    else if (key === "w") reveal();
    else return false;
    return true;
  });

  const back = () => {
    ask("none");
    place.current?.focus({ preventScroll: true });
  };

  return (
    <>
      <div className="desk" ref={place} tabIndex={-1} role="group" aria-label={`${messages.work.place(line.section, line.line)}. ${unnamed ? "" : (line.sheet?.printed_name ?? "")}`}>
        <div className="desk-side">
          <section className="card list" aria-label={messages.work.candidates}>
            {asking === "search" ? (
              <Search name={name} batch={state.batch} line={line} onChoose={add} onClose={back} />
            ) : (
              <>
                <header>
                  <h2>{messages.work.candidates}</h2>
                  {chooses ? (
                    <Button small look="quiet" onPress={() => ask("search")} hotkey="/">
                      {messages.work.search}
                    </Button>
                  ) : null}
                </header>
                {unnamed ? <p className="muted small inset">{messages.work.afterSignatures}</p> : <Candidates candidates={candidates} found={found} chosen={chosen} choose={choose} />}
              </>
            )}
          </section>
        </div>
        <div className="desk-middle">
          <Hints line={line} stage={stage} voterMissing={voterMissing && voter === null} />
          <Images
            held={held}
            references={chosen === null ? null : references}
            looking={looking}
            look={look}
            unnamed={unnamed}
            onPage={() => ask("page")}
          />
          {unnamed ? (
            <Notice
              tone="told"
              action={
                <Button small onPress={reveal} hotkey={locked ? "⏎" : "W"}>
                  {locked ? messages.pictures.revealLine : messages.pictures.reveal}
                </Button>
              }
            >
              {locked ? messages.pictures.unnamedFirst : messages.pictures.unnamed}
            </Notice>
          ) : null}
          {line.sheet === null || unnamed ? null : <Record sheet={line.sheet} voter={voter} candidate={candidates.find((one) => one.voter.voter === chosen) ?? null} />}
        </div>
        <div className="desk-side">
          <div className="card">
            <Decide stage={stage} locked={locked} found={line.entry?.wanted ?? null} note={note} voterChosen={voter !== null} onDecide={(disposition) => decide(disposition)} onNote={() => ask("note")} />
          </div>
          <div className="desk-acts">
            <Button small onPress={() => work.undo()} isDisabled={!state.canUndo} hotkey="U">
              {messages.work.undo}
            </Button>
            <Button small onPress={() => ask("pass_on")} hotkey="T">
              {messages.work.passOn}
            </Button>
            <Button small onPress={() => work.list()} hotkey="D">
              {messages.work.list}
            </Button>
            <Button small onPress={() => ask("help")} hotkey="?">
              {messages.work.help}
            </Button>
          </div>
        </div>
      </div>
      {asking === "pass_on" ? <PassOn passOn={(to, because) => work.passOn(to, because)} onClose={back} /> : null}
      {asking === "help" ? <Help stage={stage} onClose={back} /> : null}
      {asking === "page" ? <WholePage held={held} onClose={back} /> : null}
      {asking === "note" || typeof asking === "object" ? (
        <Note
          note={note}
          decides={typeof asking === "object"}
          onClose={back}
          onKeep={(text) => {
            beside.note = text;
            setNote(text);
            back();
            if (typeof asking === "object") decide(asking.decides, text);
          }}
        />
      ) : null}
    </>
  );
}

function Hints({ line, stage, voterMissing }: { line: WorkLine; stage: StageName; voterMissing: boolean }) {
  const messages = useMessages();
  const refusal = line.entry?.refusal;
  return (
    <>
      {stage === "blind_review" ? (
        <Notice tone="told">
          {line.sheet?.look ? <strong>{messages.work.lookOf(line.sheet.look.nth, line.sheet.look.of)} </strong> : null}
          {messages.work.blind}
        </Notice>
      ) : null}
      {stage === "exceptions" ? <Notice tone="told">{messages.work.exceptions}</Notice> : null}
      {refusal === undefined ? null : (
        <Notice tone="bad">
          {messages.refusedLine}: <span lang="en">{refusal.detail}</span>
        </Notice>
      )}
      {line.lost === null ? null : <Notice tone="caution">{messages.lostLine(findingName(messages.dispositions, line.lost))}</Notice>}
      {voterMissing ? <Notice tone="bad">{messages.work.nobodyChosen}</Notice> : null}
    </>
  );
}
