/** The lines of a section in hand: the picture above, the fields below, everything by the keyboard. Each line is kept as it is left. */
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { Refusal } from "../../api/client";
import { useFormat, useMessages } from "../../messages";
import { Button } from "../../parts/controls";
import { Failed, Notice } from "../../parts/told";
import { nextZoom } from "../../parts/viewer";
import { useLooking } from "../../work/images";
import { forgetPictures } from "../../work/pictures";
import { LineFields } from "./line-fields";
import { LinePicture } from "./picture";
import { keep, KEYING, pageOf, stripOf, useHandIn, type HandedIn, type SectionToKey } from "./queries";
import { EMPTY, isEmpty, same, type KeyedText } from "./texts";

type Kept = "open" | "saving" | "saved" | "failed";

interface InHand {
  name: string;
  sheet: SectionToKey;
  onDone: (came: HandedIn) => void;
  /** The section went back to the others. */
  onLapsed: () => void;
}

export function Sheet({ name, sheet, onDone, onLapsed }: InHand) {
  const messages = useMessages();
  const words = messages.keying;
  const format = useFormat();
  const { section, lines } = sheet;
  const [at, setAt] = useState(() => Math.max(0, lines.findIndex(({ text }) => !text)));
  const [texts, setTexts] = useState<KeyedText[]>(() => lines.map(({ text }) => text ?? EMPTY));
  const [kept, setKept] = useState<Kept[]>(() => lines.map(({ text }) => (text ? "saved" : "open")));
  const [failure, setFailure] = useState<unknown>(null);
  const [asked, setAsked] = useState(false);
  const [looking, look] = useLooking();
  /** What the server has of each line, or is being sent. */
  const sent = useRef<(KeyedText | null)[]>(lines.map(({ text }) => text ?? null));
  const form = useRef<HTMLDivElement>(null);
  const handIn = useHandIn(name);
  /** Whether the last line was left, so that handing in comes next. */
  const last = useRef(false);
  const left = kept.filter((state) => state !== "saved").length;
  useEffect(() => () => forgetPictures(KEYING), []);
  useEffect(() => {
    if (left === 0 && last.current) document.getElementById("hand-in")?.focus();
  }, [left]);
  const line = lines[at];
  const text = texts[at] ?? EMPTY;
  if (line === undefined) return null;

  const mark = (index: number, state: Kept) => setKept((now) => now.map((before, place) => (place === index ? state : before)));

  /** Keeps a line as it stands. One on which nothing is written is kept only where somebody says so. */
  async function save(index: number, what: KeyedText, evenEmpty = false) {
    const [number, before] = [lines[index]?.line, sent.current[index] ?? null];
    if (number === undefined || (before === null && isEmpty(what) && !evenEmpty)) return;
    if (before !== null && same(before, what)) return;
    sent.current[index] = what;
    mark(index, "saving");
    try {
      await keep(name, section, number, what);
      if (sent.current[index] === what) mark(index, "saved");
      setFailure(null);
    } catch (error) {
      if (sent.current[index] === what) {
        sent.current[index] = before;
        mark(index, "failed");
      }
      setFailure(error);
    }
  }

  /** Sends what did not arrive once more. */
  function saveAgain() {
    for (const [index, what] of texts.entries()) if (kept[index] === "failed") void save(index, what, true);
  }

  function goTo(index: number) {
    if (index < 0 || index >= lines.length) return;
    setAsked(false);
    setAt(index);
    setTimeout(() => form.current?.querySelector("input")?.focus());
  }

  /** Leaves the line for the next one, or after the last one for one that is still open. */
  function leave(what: KeyedText, evenEmpty = false) {
    if (isEmpty(what) && !evenEmpty && sent.current[at] === null) {
      setAsked(true);
      return;
    }
    void save(at, what, evenEmpty);
    const open = kept.findIndex((state, index) => state === "open" && index !== at);
    if (at + 1 < lines.length) goTo(at + 1);
    else if (open >= 0) goTo(open);
    else last.current = true;
  }

  function move(by: number) {
    void save(at, text);
    goTo(at + by);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const acts: Record<string, (() => void) | undefined> = {
      KeyN: () => nothingToRead(),
      KeyZ: () => look({ zoom: nextZoom(looking.zoom) }),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
    };
    const act = acts[event.code];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  function nothingToRead() {
    setTexts((now) => now.map((before, place) => (place === at ? EMPTY : before)));
    leave(EMPTY, true);
  }

  /** Whoever goes elsewhere with the mouse leaves the line, too. */
  function onBlur(event: FocusEvent) {
    if (!event.currentTarget.contains(event.relatedTarget)) void save(at, text);
  }

  return (
    <div className="sheet-to-key stack" onKeyDown={onKeyDown}>
      <div className="page-head">
        <div>
          <h2 className="section-name">{messages.intake.sectionOf(section)}</h2>
          <p className="muted">
            {words.lineOf(line.line, at + 1, lines.length)}, {words.page(line.page)}
          </p>
        </div>
        <p className="muted small">{words.until(format.time(Date.parse(sheet.until)))}</p>
      </div>
      {failure === null ? null : <NotKept error={failure} retry={saveAgain} onLapsed={onLapsed} />}
      {handIn.error === null ? null : <Failed error={handIn.error} />}
      {/* Of a section that is in other hands no picture is to be had, and trying again would not help. */}
      {hasLapsed(failure) ? null : (
        <LinePicture
          strip={stripOf(name, section, line.line)}
          page={{ picture: pageOf(name, section, line.page), number: line.page }}
          looking={looking}
          look={look}
        />
      )}
      <div ref={form} className="card key-line" onBlur={onBlur}>
        <LineFields
          key={line.line}
          name={name}
          text={text}
          onChange={(next) => setTexts((now) => now.map((before, place) => (place === at ? next : before)))}
          onDone={leave}
        />
        {asked ? (
          <p className="error-text" role="alert">
            {words.emptyAsk}
          </p>
        ) : null}
        <div className="buttons">
          <Button onPress={() => leave(text)}>{words.nextLine}</Button>
          <Button onPress={nothingToRead}>{words.nothingToRead}</Button>
          <Button look="quiet" onPress={() => move(-1)} isDisabled={at === 0}>
            {words.before}
          </Button>
        </div>
        <p className="muted small">{words.keys}</p>
      </div>
      <LineList lines={lines.map(({ line: number }) => number)} texts={texts} kept={kept} at={at} goTo={(index) => (void save(at, text), goTo(index))} />
      <div className="buttons">
        <Button
          id="hand-in"
          look="primary"
          isPending={handIn.isPending}
          isDisabled={left > 0}
          onPress={() => handIn.mutate(section, { onSuccess: onDone })}
        >
          {words.handIn}
        </Button>
        <span className="muted" role="status">
          {left > 0 ? words.left(left) : words.handInHelp}
        </span>
      </div>
    </div>
  );
}

const hasLapsed = (error: unknown) => error instanceof Refusal && error.code === "lease_lapsed";

function NotKept({ error, retry, onLapsed }: { error: unknown; retry: () => void; onLapsed: () => void }) {
  const messages = useMessages();
  if (!hasLapsed(error)) return <Failed error={error} retry={retry} />;
  return (
    <Notice
      tone="bad"
      action={
        <Button small onPress={onLapsed}>
          {messages.keying.take}
        </Button>
      }
    >
      {messages.problems.lease_lapsed}
    </Notice>
  );
}

interface Listed {
  lines: number[];
  texts: KeyedText[];
  kept: Kept[];
  at: number;
  goTo: (index: number) => void;
}

function LineList({ lines, texts, kept, at, goTo }: Listed) {
  const words = useMessages().keying;
  const chips: Record<Kept, string> = { open: "chip", saving: "chip accent", saved: "chip good", failed: "chip bad" };
  return (
    <ol className="card key-list-lines">
      {lines.map((line, index) => {
        const [text, state] = [texts[index] ?? EMPTY, kept[index] ?? "open"];
        const said = state !== "open" && isEmpty(text) ? words.unreadable : [text.printed_name, text.address, text.city, text.zip, text.date_signed].filter(Boolean).join(" · ");
        return (
          <li key={line}>
            <button type="button" tabIndex={-1} aria-current={index === at ? "true" : undefined} onClick={() => goTo(index)}>
              <span className="figure">{line}</span>
              <span className="said-line">{said}</span>
              <span className={chips[state]}>{words[state]}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
