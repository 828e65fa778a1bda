/** The list of lines that do not count, section by section. Only what is in sight is drawn, since there may be hundreds of thousands. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { named, useMessages } from "../messages";
import type { Line, Note } from "./inside";
import type { Drafts } from "./lines";
import type { OneChallenge } from "./queries";
import { useReasons } from "./reasons";
import { keyOf, type Place, type Row } from "./rows";

/** The height of a row in pixels, as in room.css. */
const ROW = 28;
/** Rows beyond the edges that are drawn as well. */
const BEYOND = 12;

interface Listed {
  rows: Row<Line>[];
  at: Place | null;
  notes: Note[];
  drafts: Drafts;
  challenges: OneChallenge[];
  onChoose: (place: Place) => void;
}

export function LineList({ rows, at, notes, drafts, challenges, onChoose }: Listed) {
  const messages = useMessages();
  const reason = useReasons();
  const place = useRef<HTMLDivElement>(null);
  const [[from, to], setSight] = useState<[number, number]>([0, 60]);
  const noted = useMemo(() => new Set(notes.map(keyOf)), [notes]);
  // The latest challenge of a line says where it stands.
  const challenged = useMemo(() => new Map(challenges.toSorted((a, b) => a.at.localeCompare(b.at)).map((one) => [keyOf(one), one.state])), [challenges]);

  const look = () => {
    const box = place.current;
    if (box !== null) setSight([Math.floor(box.scrollTop / ROW), Math.ceil((box.scrollTop + box.clientHeight) / ROW)]);
  };
  useLayoutEffect(look, [rows]);
  useEffect(() => {
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);

  const current = at === null ? -1 : rows.findIndex((row) => row.kind === "line" && row.of.section === at.section && row.of.line === at.line);
  useEffect(() => {
    const box = place.current;
    if (box === null || current < 0) return;
    // The heading of the section stays in sight with its first line.
    if ((current - 1) * ROW < box.scrollTop) box.scrollTop = (current - 1) * ROW;
    else if ((current + 2) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (current + 2) * ROW - box.clientHeight;
  }, [current]);

  const first = Math.max(0, from - BEYOND);
  return (
    <div className="rows" ref={place} onScroll={look} tabIndex={0} role="group" aria-label={messages.roomLines.list}>
      <div style={{ height: rows.length * ROW }}>
        <ul style={{ transform: `translateY(${first * ROW}px)` }}>
          {rows.slice(first, to + BEYOND).map((row) =>
            row.kind === "section" ? (
              <li key={`section ${row.section}`} className="rows-section">
                {messages.roomLines.sectionOf(row.section)} <span>{messages.roomLines.linesOf(row.lines, row.whole)}</span>
              </li>
            ) : (
              <li key={keyOf(row.of)}>
                <button type="button" tabIndex={-1} aria-current={rows[current] === row ? "true" : undefined} onClick={() => onChoose(row.of)}>
                  <span className="figure">{row.of.line}</span>
                  <span className="rows-reason">{reason(row.of.reason)}</span>
                  {noted.has(keyOf(row.of)) || drafts.has(keyOf(row.of)) ? <i className="rows-note">{messages.roomLines.noted}</i> : null}
                  <Sign of={challenged.get(keyOf(row.of))} />
                </button>
              </li>
            ),
          )}
        </ul>
      </div>
    </div>
  );
}

/** Where the challenge of a line stands, in one letter's room; said in full to who reads by ear. */
function Sign({ of }: { of: string | undefined }) {
  const messages = useMessages().challenge;
  if (of === undefined || of === "withdrawn") return null;
  const words = `${messages.title}: ${named(messages.states, of)}`;
  return (
    <i className={`rows-sign ${of}`} title={words}>
      <span className="unseen">{words}</span>
    </i>
  );
}
