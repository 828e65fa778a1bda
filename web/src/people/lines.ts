/** People as an administrator types or pastes them: one a line. */

export interface Typed {
  /** The line's number, from one. */
  at: number;
  account: string;
  name: string;
}

/** Reads `account, Name` or `Name`; of a name alone an account is made: initial and surname. A line without a name has an empty one. */
export function typedPeople(text: string): Typed[] {
  const people: Typed[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [first = "", ...rest] = line.split(/[,;\t]/u).map((part) => part.trim());
    const name = rest.length === 0 ? first : rest.join(" ").trim();
    people.push({ at: index + 1, account: rest.length === 0 ? accountOf(name) : first.toLowerCase(), name });
  }
  return people;
}

function accountOf(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.split(/\s+/u).map((word) => word.replace(/[^a-z0-9]/g, "")).filter(Boolean);
  const [first = "", ...others] = words;
  return others.length === 0 ? first : `${first.slice(0, 1)}${others.at(-1) ?? ""}`;
}
