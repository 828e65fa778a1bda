/** The lines that do not count, as a list with a heading for each section, and the way from one line to the next. */

export interface Place {
  section: number;
  line: number;
}

interface Heading {
  kind: "section";
  section: number;
  lines: number;
  /** Whether all its lines are there; where more are still to come, there may be more of them. */
  whole: boolean;
}

export type Row<T extends Place> = Heading | { kind: "line"; of: T };

export const keyOf = ({ section, line }: Place) => `${section}/${line}`;

export const compare = (a: Place, b: Place) => a.section - b.section || a.line - b.line;

/** Lines in order as rows. `whole` says that no lines come after these. */
export function rowsOf<T extends Place>(lines: readonly T[], whole: boolean): Row<T>[] {
  const rows: Row<T>[] = [];
  let heading: Heading | undefined;
  for (const line of lines) {
    if (heading === undefined || heading.section !== line.section) {
      heading = { kind: "section", section: line.section, lines: 0, whole: true };
      rows.push(heading);
    }
    heading.lines += 1;
    rows.push({ kind: "line", of: line });
  }
  if (heading !== undefined) heading.whole = whole;
  return rows;
}

/** Where a place is among lines in order: the index of the first line that is not before it. */
export function indexOf(lines: readonly Place[], at: Place): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = lines[middle];
    if (line !== undefined && compare(line, at) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lines beside a place, which need not be a line of the list itself. */
export function beside<T extends Place>(lines: readonly T[], at: Place): { before: T | undefined; after: T | undefined; here: T | undefined } {
  const index = indexOf(lines, at);
  const found = lines[index];
  const here = found !== undefined && compare(found, at) === 0 ? found : undefined;
  return { before: lines[index - 1], here, after: here === undefined ? found : lines[index + 1] };
}

/** What was typed to go to: a section, or a section and a line as in 12/5. */
export function typedPlace(text: string): { section: number; line: number | null } | null {
  const typed = /^(\d{1,9})(?:\s*[/.,:\s]\s*(\d{1,9}))?$/u.exec(text.trim());
  if (typed === null) return null;
  const [section, line] = [Number(typed[1]), typed[2] === undefined ? null : Number(typed[2])];
  return section > 0 && line !== 0 ? { section, line } : null;
}
