/** The work in the room: the list of lines that do not count, one of them on the screen, and what the proponents note and challenge. All of it goes by keys. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { usePreferences } from "../frame/preferences";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed } from "../parts/told";
import { useKeys } from "../work/keys";
import { ChallengeCard, Raise } from "./challenge";
import { Finder, type Filter } from "./finder";
import { useLine, useLines, useNotes } from "./inside";
import { Help } from "./keys-help";
import { LineList } from "./line-list";
import { LineView } from "./line-view";
import { NoteCard } from "./note";
import { useChallenges, type RoomStanding } from "./queries";
import { beside, compare, indexOf, keyOf, rowsOf, type Place } from "./rows";

export interface Examining {
  /** A published category; nothing for all. */
  category: string;
  at: Place | null;
}

/** Nothing is on the screen before somebody wants it there: each line that is shown goes on record. */
export const START: Examining = { category: "", at: null };

interface AtWork {
  name: string;
  room: RoomStanding;
  examining: Examining;
  examine: (examining: Examining) => void;
  drafts: Drafts;
  nav: ReactNode;
}

/** Notes that are typed and not kept yet, by line. They are nowhere but in this page's memory. */
export type Drafts = Map<string, string>;

export function Lines({ name, room, examining, examine, drafts, nav }: AtWork) {
  const messages = useMessages();
  const { number } = useFormat();
  const { shortcuts } = usePreferences();
  const { category, at } = examining;
  const list = useLines(name, category);
  const lines = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const whole = list.data !== undefined && !list.hasNextPage;
  const rows = useMemo(() => rowsOf(lines, whole), [lines, whole]);
  const notes = useNotes(name);
  const challenges = useChallenges(name);
  const line = useLine(name, at);
  const [asking, ask] = useState<"none" | "challenge" | "help">("none");
  const [section, wantSection] = useState<number | null>(null);
  const [finder, note, desk] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const ways = at === null ? { before: undefined, here: undefined, after: lines[0] } : beside(lines, at);
  const ofLine = at === null ? [] : (challenges.data ?? []).filter((one) => compare(one, at) === 0);
  const show = (place: Place | undefined) => {
    if (place !== undefined) examine({ category, at: { section: place.section, line: place.line } });
  };

  // A section that is further down than the list has come so far is gone to once it is there.
  useEffect(() => {
    if (section === null) return;
    const found = lines[indexOf(lines, { section, line: 0 })] ?? (whole ? lines.at(-1) : undefined);
    if (found === undefined && !whole) return;
    wantSection(null);
    if (found !== undefined) examine({ category, at: { section: found.section, line: found.line } });
  }, [section, lines, whole, category, examine]);

  useKeys(shortcuts, (key) => {
    if (key === "ArrowRight" || key === "j") show(ways.after);
    else if (key === "ArrowLeft" || key === "k") show(ways.before);
    else if (key === "g") finder.current?.querySelector("input")?.focus();
    else if (key === "m" && at !== null) note.current?.querySelector("textarea")?.focus();
    else if (key === "c" && line.data !== undefined && !ofLine.some(({ state }) => state === "raised")) ask("challenge");
    else if (key === "?") ask("help");
    else return false;
    return true;
  });

  const filter: Filter = { categories: room.invalid_by_category, category };
  const total = category === "" ? room.invalid : (room.invalid_by_category[category] ?? 0);
  const stale = whole && lines.length !== total;
  const position = at === null || ways.here === undefined ? "" : messages.roomLines.position(indexOf(lines, at) + 1, number(whole ? lines.length : total));
  const told = at === null || line.data === undefined ? "" : `${messages.work.place(at.section, at.line)}. ${line.data.printed_name}. ${position}`;
  return (
    <div className="work room-work">
      <div className="work-bar">
        <h1>
          {at === null ? messages.roomLines.list : messages.work.place(at.section, at.line)} <span className="muted figure">{position}</span>
        </h1>
        <div className="buttons">
          <Button small onPress={() => show(ways.before)} isDisabled={ways.before === undefined} hotkey="←">
            {messages.roomLines.before}
          </Button>
          <Button small onPress={() => show(ways.after)} isDisabled={ways.after === undefined} hotkey="→">
            {messages.roomLines.after}
          </Button>
        </div>
        {nav}
      </div>
      <div className="desk" ref={desk} tabIndex={-1}>
        <p className="unseen" role="status">
          {told}
        </p>
        <section className="card list room-list" aria-label={messages.roomLines.list}>
          <div ref={finder}>
            <Finder
              filter={filter}
              onCategory={(category) => examine({ category, at: null })}
              onPlace={({ section, line }) => {
                if (line === null) wantSection(section);
                else show({ section, line });
                desk.current?.focus({ preventScroll: true });
              }}
            />
          </div>
          {list.error === null ? null : <Failed error={list.error} retry={() => void (list.data === undefined ? list.refetch() : list.fetchNextPage())} />}
          <LineList rows={rows} at={at} notes={notes.data ?? []} drafts={drafts} challenges={challenges.data ?? []} onChoose={show} />
          <footer className="small muted">
            {list.data === undefined ? messages.loading : whole ? (lines.length === 0 ? messages.roomLines.none : messages.roomLines.listed(lines.length)) : messages.roomLines.coming(lines.length)}
            {stale ? (
              <>
                {" · "}
                {messages.roomLines.changed}{" "}
                <Button small onPress={() => void list.refetch()} isPending={list.isFetching}>
                  {messages.roomLines.relist}
                </Button>
              </>
            ) : null}
          </footer>
        </section>
        <div className="desk-middle">
          {at === null ? (
            <div className="card empty">
              <h2>{messages.roomLines.chooseTitle}</h2>
              <p>{messages.roomLines.chooseText}</p>
              <Button look="primary" isDisabled={ways.after === undefined} onPress={() => show(ways.after)} hotkey="→">
                {messages.roomLines.first}
              </Button>
            </div>
          ) : (
            <LineView name={name} shown={line.data} error={line.isFetching ? null : line.error} listed={ways.here} retry={() => void line.refetch()} />
          )}
        </div>
        <div className="desk-side">
          {at === null ? null : (
            <>
              <ChallengeCard name={name} challenges={ofLine} error={challenges.error} mayRaise={line.data !== undefined} onRaise={() => ask("challenge")} />
              <div
                ref={note}
                onKeyDown={(event) => {
                  if (event.key === "Escape") desk.current?.focus({ preventScroll: true });
                }}
              >
                <NoteCard key={keyOf(at)} name={name} at={at} kept={notes.data === undefined ? null : (notes.data.find((one) => compare(one, at) === 0)?.text ?? "")} error={notes.error} drafts={drafts} />
              </div>
            </>
          )}
        </div>
      </div>
      <section className="work-foot" aria-label={messages.roomLines.foot}>
        <Button small look="quiet" onPress={() => ask("help")} hotkey="?">
          {messages.roomLines.keys}
        </Button>
      </section>
      {asking === "challenge" && at !== null ? <Raise name={name} at={at} onClose={() => (ask("none"), desk.current?.focus({ preventScroll: true }))} /> : null}
      {asking === "help" ? <Help onClose={() => ask("none")} /> : null}
    </div>
  );
}
