/** What is written laid under what is registered, letter by letter, so that a reviewer sees where the two differ. It shows; it decides nothing. */

/** One place: a letter of either side, or of one alone. */
export interface Column {
  written: string | null;
  registered: string | null;
  same: boolean;
  /** Whether the words mean the same in another spelling. */
  usual?: boolean;
}

/** Words laid one under the other; a word that only one side has stands alone. */
export type Alignment = Column[][];

/** What a letter is compared by: neither capitals nor accents are differences. */
const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();

// A number sign is a word of its own: "#4" is "APT 4".
const words = (text: string) => text.replaceAll("#", " # ").split(/[\s,]+/u).filter((word) => word !== "");

/** Two words of which less than this agrees are laid side by side, not one under the other. */
const ALIKE = 0.4;

/** Lays two texts one under the other; `standsFor` knows words that are spellings of one another, in which nothing differs. */
export function align(written: string, registered: string, standsFor: (a: string, b: string) => boolean = () => false): Alignment {
  const pairs = cheapest(words(written), words(registered), (a, b) => {
    if (standsFor(a, b)) return 0;
    const share = similarity(a, b);
    // Two places left open cost less.
    return share < ALIKE && !isInitial(a, b) ? 3 : 1 - share;
  });
  return pairs.map(([a, b]) => {
    const usual = a !== null && b !== null && folded(a) !== folded(b) && standsFor(a, b);
    return usual ? otherSpelling(a, b) : letters(a ?? "", b ?? "");
  });
}

/** Whether one word is the initial of the other. */
function isInitial(a: string, b: string): boolean {
  const [short = "", long = ""] = [a, b].map((word) => folded(word).replace(/\P{L}/gu, "")).sort((one, other) => one.length - other.length);
  return short.length === 1 && long.startsWith(short);
}

/** Whether words stand in another spelling that means the same. */
export function abbreviated(alignment: Alignment): boolean {
  return alignment.flat().some((column) => column.usual);
}

/** As `align`, for names: where the surname is written first, the registered name is laid under it in that order. */
export function alignName(written: string, registered: string): Alignment {
  const parts = words(registered);
  const orders = [parts, [...parts.slice(-1), ...parts.slice(0, -1)], [...parts.slice(-2), ...parts.slice(0, -2)]];
  const alignments = orders.map((order) => align(written, order.join(" ")));
  const fewest = Math.min(...alignments.map(differences));
  return alignments.find((alignment) => differences(alignment) === fewest) ?? [];
}

/** How many places differ. */
export function differences(alignment: Alignment): number {
  return alignment.flat().filter((column) => !column.same).length;
}

function letters(written: string, registered: string): Column[] {
  const pairs = cheapest([...written.normalize("NFC")], [...registered.normalize("NFC")], (a, b) => {
    if (folded(a) === folded(b)) return 0;
    // A point never stands under a letter.
    return isMark(a) || isMark(b) ? 3 : 1;
  });
  return pairs.map(([a, b]) => ({ written: a, registered: b, same: alike(a, b) }));
}

/** Whether nothing differs at a place: a point, a hyphen or a number sign that one side has alone is no difference. */
function alike(a: string | null, b: string | null): boolean {
  if (a !== null && b !== null) return folded(a) === folded(b);
  return isMark(a ?? b ?? "");
}

const isMark = (letter: string) => /^\p{P}$/u.test(letter);

/** Two spellings of a word, from their beginnings: it is the word that is the same, and not its letters. */
function otherSpelling(written: string, registered: string): Column[] {
  const [left, right] = [[...written], [...registered]];
  const places = Math.max(left.length, right.length);
  return Array.from({ length: places }, (_, at) => ({ written: left[at] ?? null, registered: right[at] ?? null, same: true, usual: true }));
}

function similarity(a: string, b: string): number {
  const columns = letters(a, b);
  return columns.filter((column) => column.same).length / columns.length;
}

/** The cheapest way to lay two rows one under the other, where a place that one of them leaves open costs one. */
function cheapest<T>(left: T[], right: T[], cost: (a: T, b: T) => number): [T | null, T | null][] {
  const width = right.length + 1;
  const costs = new Float64Array((left.length + 1) * width);
  const at = (i: number, j: number) => costs[i * width + j] ?? 0;
  for (let i = 0; i <= left.length; i += 1) {
    for (let j = 0; j <= right.length; j += 1) {
      const [a, b] = [left[i - 1], right[j - 1]];
      let best = i === 0 && j === 0 ? 0 : Infinity;
      if (a !== undefined) best = Math.min(best, at(i - 1, j) + 1);
      if (b !== undefined) best = Math.min(best, at(i, j - 1) + 1);
      if (a !== undefined && b !== undefined) best = Math.min(best, at(i - 1, j - 1) + cost(a, b));
      costs[i * width + j] = best;
    }
  }
  const pairs: [T | null, T | null][] = [];
  let [i, j] = [left.length, right.length];
  while (i > 0 || j > 0) {
    const [a, b] = [left[i - 1], right[j - 1]];
    if (a !== undefined && b !== undefined && at(i, j) === at(i - 1, j - 1) + cost(a, b)) {
      pairs.push([a, b]);
      [i, j] = [i - 1, j - 1];
    } else if (a !== undefined && at(i, j) === at(i - 1, j) + 1) {
      pairs.push([a, null]);
      i -= 1;
    } else {
      pairs.push([null, b ?? null]);
      j -= 1;
    }
  }
  return pairs.reverse();
}
