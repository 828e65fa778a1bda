/** Two texts one under the other, with the letters marked that differ. */
import { useMemo } from "react";
import { useMessages } from "../messages";
import { abbreviated, align, alignName, differences, type Column } from "./align";
import { standsFor } from "./usual";

interface Compared {
  name: string;
  written: string;
  registered: string | null;
  dim?: boolean;
  /** Whether the order of the words says nothing: names are written surname first, too. What is written stays as it is; the record follows its order. */
  anyOrder?: boolean;
}

export function Aligned({ name, written, registered, dim = false, anyOrder = false }: Compared) {
  const messages = useMessages().work;
  const alignment = useMemo(() => {
    const other = registered ?? written;
    return anyOrder ? alignName(written, other) : align(written, other, standsFor);
  }, [written, registered, anyOrder]);
  const differing = registered === null ? 0 : differences(alignment);
  const verdict = differing > 0 ? messages.differing(differing) : abbreviated(alignment) ? messages.sameButSpelling : messages.same;
  return (
    <span className={dim ? "compared dim" : "compared"}>
      <span className="compared-head">
        <span className="label">{name}</span>
        {registered === null ? null : <span className={differing === 0 ? "chip good" : "chip caution"}>{verdict}</span>}
      </span>
      <span className="unseen">
        {messages.petition}: {written || messages.notWritten}
        {registered === null ? "" : `. ${messages.roll}: ${registered}`}
      </span>
      <span className="aligned" aria-hidden="true">
        <span className="sides">
          <span>{messages.petition}</span>
          {registered === null ? null : <span>{messages.roll}</span>}
        </span>
        <span className="words mono">
          {written === "" && registered === null ? <em className="muted">{messages.notWritten}</em> : null}
          {alignment.map((word, index) => (
            <span key={index} className="word">
              <Row word={word} side="written" />
              {registered === null ? null : <Row word={word} side="registered" />}
            </span>
          ))}
        </span>
      </span>
    </span>
  );
}

/** The letters of one side; runs of letters that are alike stand in one element. */
function Row({ word, side }: { word: Column[]; side: "written" | "registered" }) {
  const runs: { text: string; kind: string }[] = [];
  for (const column of word) {
    const kind = column.same ? "same" : column[side] === null ? "gap" : "differs";
    const letter = column[side] ?? (column.same ? "\u00a0" : "·");
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += letter;
    else runs.push({ text: letter, kind });
  }
  return (
    <span className={side}>
      {runs.map(({ text, kind }, index) => (kind === "same" ? text : <b key={index} className={kind}>{text}</b>))}
    </span>
  );
}
