/** Which lines of a section bear a signature, as a clerk types them page by page: "1-10, 12". */

/** The most lines of one section. */
const MOST = 1000;

export interface LineOnPage {
  page: number;
  line: number;
}

export type Misread = { what: "no_line"; part: string } | { what: "not_rising"; line: number } | { what: "too_many" };

/** What was read of each page: its lines, or what is wrong on it. */
export type PageRead = { lines: number[] } | { wrong: Misread };

/** Reads the pages in order; the lines of a section rise from its first page to its last. */
export function readPages(texts: string[]): PageRead[] {
  let before = 0;
  let whole = 0;
  return texts.map((text) => {
    const lines: number[] = [];
    for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
      const range = /^(\d{1,6})(?:[-–](\d{1,6}))?$/.exec(part);
      const [from, to] = [Number(range?.[1] ?? 0), Number(range?.[2] ?? range?.[1] ?? 0)];
      if (from < 1 || to < from) return { wrong: { what: "no_line", part } };
      if (from <= before) return { wrong: { what: "not_rising", line: from } };
      whole += to - from + 1;
      if (whole > MOST) return { wrong: { what: "too_many" } };
      for (let line = from; line <= to; line += 1) lines.push(line);
      before = to;
    }
    return { lines };
  });
}

/** The lines with their pages; nothing while something is wrong. */
export function linesOf(read: PageRead[]): LineOnPage[] | null {
  if (read.some((page) => "wrong" in page)) return null;
  return read.flatMap((page, index) => ("wrong" in page ? [] : page.lines.map((line) => ({ page: index + 1, line }))));
}

/** What the next page probably says: as many lines as the one before, going on from it. */
export function probable(read: PageRead[]): string {
  const last = read.at(-1);
  if (last === undefined || "wrong" in last || last.lines.length === 0) return "";
  const end = last.lines.at(-1) ?? 0;
  const length = end - (last.lines[0] ?? 1) + 1;
  return `${end + 1}-${end + length}`;
}
