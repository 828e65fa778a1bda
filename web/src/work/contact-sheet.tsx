/** A page of likely lines, each beside its best candidate. What gives pause is flagged and goes to single review; one key passes the others. */
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { Link } from "wouter";
import { serverNow } from "../api/client";
import { usePreferences } from "../frame/preferences";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, NotShown, Notice, Waiting } from "../parts/told";
import { useTitle } from "../parts/title";
import { useWho } from "../session/session";
import { Aligned } from "./aligned";
import { Lease, NextTry, useNow } from "./delivery";
import { clearPlace, sheetAt } from "./desk";
import type { Fetched } from "./fetched";
import type { Place } from "./keep";
import { useKeys } from "./keys";
import { pictureOf, referenceOf, retryPictures, useFailedPictures, usePicture, type Held, type Picture } from "./pictures";
import { writtenAddress } from "./record";
import type { Page, Pair, SheetState, SheetWork } from "./sheet-work";

export function ContactSheet({ name }: { name: string }) {
  const messages = useMessages();
  const { account } = useWho();
  useTitle(messages.sheet.title);
  const place: Place = { account, case: name, stage: "contact_sheet" };
  const work = sheetAt(place);
  const state = useSyncExternalStore(work.subscribe, work.state);
  useEffect(
    () => () => {
      // Where there is nothing in hand, the next visit looks anew.
      if (["none", "failed"].includes(work.state().phase.name)) clearPlace({ account, case: name, stage: "contact_sheet" });
    },
    [work, account, name],
  );
  switch (state.phase.name) {
    case "taking":
      return <Waiting text={messages.work.taking} />;
    case "failed":
      return (
        <div className="page narrow stack">
          <h1>{messages.work.failedTitle}</h1>
          <Failed error={state.phase.refusal} retry={() => work.retry()} />
        </div>
      );
    case "none":
      return <NoneWaits work={work} state={state} name={name} />;
    case "lapsed":
      return <Lapsed work={work} flagged={state.phase.flagged} />;
    case "looking":
      return <Pairs key={state.phase.page.batch} name={name} work={work} state={state} page={state.phase.page} />;
  }
}

function NoneWaits({ work, state, name }: { work: SheetWork; state: SheetState; name: string }) {
  const messages = useMessages();
  return (
    <div className="page narrow">
      <div className="card empty">
        <h1>{messages.work.noneTitle}</h1>
        <p>{messages.work.noneText}</p>
        {state.passed === 0 ? null : <p>{messages.sheet.passed(state.passed)}</p>}
        {state.refused === 0 ? null : <p>{messages.sheet.refused(state.refused)}</p>}
        <div className="buttons">
          <Button look="primary" onPress={() => void work.take()} autoFocus>
            {messages.work.look}
          </Button>
          <Link href={`/cases/${name}`} className="button">
            {messages.work.toCase}
          </Link>
        </div>
      </div>
    </div>
  );
}

function Lapsed({ work, flagged }: { work: SheetWork; flagged: number }) {
  const messages = useMessages().sheet;
  return (
    <div className="page narrow stack">
      <div className="card lapsed" role="alert">
        <h1>{messages.lapsedTitle}</h1>
        <p>{messages.lapsedText}</p>
        {flagged === 0 ? null : <p>{messages.lapsedFlags(flagged)}</p>}
        <div className="buttons">
          <Button look="primary" onPress={() => void work.take()} autoFocus>
            {messages.take}
          </Button>
        </div>
      </div>
    </div>
  );
}

interface Shown {
  name: string;
  work: SheetWork;
  state: SheetState;
  page: Page;
}

function Pairs({ name, work, state, page }: Shown) {
  const messages = useMessages();
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLUListElement>(null);
  const failed = useFailedPictures(page.batch);
  const { shortcuts } = usePreferences();
  const over = useOver(page.lookUntil);
  const [named, setNamed] = useState(!page.signaturesFirst);
  const unnamed = !named && !over;
  useEffect(() => grid.current?.querySelector<HTMLButtonElement>("button.pair")?.focus(), []);

  const focus = (index: number) => {
    setAt(index);
    grid.current?.querySelectorAll<HTMLButtonElement>("button.pair")[index]?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const cells = [...(grid.current?.children ?? [])] as HTMLElement[];
    const columns = Math.max(1, cells.filter((cell) => cell.offsetTop === cells[0]?.offsetTop).length);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (by !== undefined) {
      const next = at + by;
      if (next >= 0 && next < page.pairs.length) focus(next);
    } else if (event.key === "Enter") {
      // A key that is held down passes no page after the first, and presses no button.
      if (!event.repeat) work.pass();
    } else return;
    event.preventDefault();
  };

  const showNames = () => {
    setNamed(true);
    // The button that did it goes.
    focus(at);
  };
  useKeys(shortcuts, (key) => {
    if (key !== "w" || !unnamed) return false;
    showNames();
    return true;
  });

  return (
    <div className="work sheet">
      <div className="work-bar">
        <h1>{messages.sheet.title}</h1>
        <p className="muted small">{messages.sheet.text}</p>
      </div>
      {state.failure === null ? null : <Failed error={state.failure} />}
      {state.refused === 0 ? null : <Notice tone="caution">{messages.sheet.refused(state.refused)}</Notice>}
      {failed === 0 ? null : <NotShown what={messages.sheet.pictures(failed)} retry={retryPictures} />}
      <ul className="pairs" ref={grid} onKeyDown={onKeyDown}>
        {page.pairs.map((pair, index) => (
          <li key={pair.key}>
            <PairButton
              held={{ name, batch: page.batch, line: pair.key }}
              pair={pair}
              place={messages.sheet.pair(index + 1, page.pairs.length)}
              flagged={state.flagged.has(pair.key)}
              unnamed={unnamed}
              isCurrent={index === at}
              onFocus={() => setAt(index)}
              onFlag={() => work.flag(pair.key)}
            />
          </li>
        ))}
      </ul>
      <section className="work-foot" aria-label={messages.work.foot}>
        <Pass work={work} state={state} page={page} />
        {unnamed ? (
          <Button small onPress={showNames} hotkey="W">
            {messages.sheet.names}
          </Button>
        ) : null}
        <SheetDelivery work={work} state={state} otherwise={unnamed ? messages.sheet.unnamed : messages.sheet.keys} />
        <span className="muted small">{state.passed === 0 ? null : messages.sheet.passed(state.passed)}</span>
        <Lease until={state.until} check={work.check} />
      </section>
    </div>
  );
}

function Pass({ work, state, page }: Omit<Shown, "name">) {
  const messages = useMessages().sheet;
  useNow(250);
  const wait = Math.max(0, Math.ceil((page.lookUntil - serverNow()) / 1000));
  const passing = page.pairs.length - state.flagged.size;
  const busy = state.passing.is !== "not_wanted";
  return (
    <Button look="primary" onPress={() => work.pass()} isDisabled={wait > 0 || busy} hotkey="⏎">
      {busy ? messages.busy : wait > 0 ? messages.lookFor(wait) : state.flagged.size === 0 ? messages.pass(passing) : messages.passSome(passing, state.flagged.size)}
    </Button>
  );
}

/** What keeps a sheet here that is to be passed, and otherwise what is to be known of the keys. */
function SheetDelivery({ work, state: { passing, flagged }, otherwise }: { work: SheetWork; state: SheetState; otherwise: string }) {
  const messages = useMessages();
  if (passing.is !== "kept") return <span className="muted small">{otherwise}</span>;
  if (passing.by === "session") {
    return (
      <span className="delivery caution">
        <span role="status">{messages.sheet.session(flagged.size)}</span>
      </span>
    );
  }
  return (
    <span className="delivery bad">
      <span role="status">{messages.sheet.offline(flagged.size)}</span>
      <NextTry at={passing.nextTry} />
      <Button small onPress={() => work.retry()}>
        {messages.delivery.now}
      </Button>
    </span>
  );
}

/** Whether a moment of the server's clock is over. */
function useOver(at: number): boolean {
  const [over, setOver] = useState(() => serverNow() >= at);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Math.max(0, at - serverNow()));
    return () => clearTimeout(timer);
  }, [at]);
  return over;
}

interface OnePair {
  held: Held;
  pair: Pair;
  /** Which pair of how many. */
  place: string;
  flagged: boolean;
  /** Whether signatures are to be looked at before the name and the address, where there are any. */
  unnamed: boolean;
  isCurrent: boolean;
  onFocus: () => void;
  onFlag: () => void;
}

function PairButton({ held, pair: { section, line, sheet }, place, flagged, unnamed, isCurrent, onFocus, onFlag }: OnePair) {
  const messages = useMessages();
  const format = useFormat();
  const best = sheet.candidates[0];
  const signature = usePicture(pictureOf(held, "signature"));
  const reference = usePicture(signature.is === "here" && best ? referenceOf(held, 1, sheet.likest_reference ?? 1) : null);
  const hidden = unnamed && signature.is !== "none" && (signature.is !== "here" || reference.is !== "none");
  return (
    <button type="button" className="pair" tabIndex={isCurrent ? 0 : -1} aria-pressed={flagged} disabled={best === undefined} onFocus={onFocus} onClick={onFlag}>
      <span className="unseen">
        {messages.sheet.flag}, {place}.
      </span>
      <span className="pair-head small">
        <span className="muted figure">
          {section} / {line}
        </span>
        {best === undefined ? <span className="chip caution">{messages.sheet.nobody}</span> : null}
        {flagged && best !== undefined ? <span className="chip caution">{messages.sheet.flagged}</span> : null}
        {best && !flagged ? <span className="muted figure">{format.share(best.ppm)}</span> : null}
      </span>
      {signature.is === "none" ? null : (
        <span className="pair-pictures">
          <PairPicture shown={signature} words={messages.pictures.signature} none={null} />
          {signature.is === "here" ? <PairPicture shown={reference} words={messages.pictures.reference(1, 1)} none={messages.pictures.noReferences} /> : null}
        </span>
      )}
      {/* Its place is kept, so that nothing moves under the eyes; like this it is neither read out nor found by a search of the page. */}
      <span className={hidden ? "pair-text hidden" : "pair-text"}>
        <Aligned anyOrder name={messages.work.name} written={sheet.printed_name} registered={best?.voter.name ?? null} />
        <Aligned name={messages.work.address} written={writtenAddress(sheet)} registered={best?.voter.address ?? null} />
      </span>
    </button>
  );
}

/** A signature of a pair: on the petition, or on file. */
function PairPicture({ shown, words, none }: { shown: Fetched<Picture>; words: string; none: string | null }) {
  const messages = useMessages().pictures;
  if (shown.is === "here") return <img src={shown.it.at} alt={words} />;
  return <span className="muted small">{shown.is === "failed" ? messages.notShown(words) : shown.is === "none" ? none : null}</span>;
}
