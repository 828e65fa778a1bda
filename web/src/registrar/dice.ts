/** The digits of a seed as they are rolled: in groups, each by somebody who is named, each read back. */

/** Digits rolled at a time. */
const AT_ONCE = 4;

export interface Group {
  digits: string;
  by: string;
  /** Whether it was read back from the screen and found right. */
  right: boolean;
}

/** What was rolled so far for a sealed list, of which it names the root. */
export interface Rolled {
  root: string;
  groups: Group[];
  note: string;
}

/** A place in the seed: the first and the last digit of a group, counted from one. */
export interface Place {
  from: number;
  to: number;
}

export function places(digits: number): Place[] {
  const groups = Math.ceil(digits / AT_ONCE);
  return Array.from({ length: groups }, (_, index) => ({ from: index * AT_ONCE + 1, to: Math.min(digits, (index + 1) * AT_ONCE) }));
}

/** What was rolled for the list with this root; nothing yet where it was rolled for another one. */
export function rolledFor(root: string, all: Place[], before: Rolled | null): Rolled {
  if (before?.root === root && before.groups.length === all.length) return before;
  return { root, groups: all.map(() => ({ digits: "", by: "", right: false })), note: "" };
}

export const lengthOf = ({ from, to }: Place) => to - from + 1;

/** Whether all digits of a group were typed, and by whom they were rolled. */
export function isWhole(group: Group, place: Place): boolean {
  return new RegExp(`^[0-9]{${lengthOf(place)}}$`).test(group.digits) && group.by.trim() !== "";
}

/** The seed; nothing before every group stands and was read back. */
export function seedOf(groups: Group[], all: Place[]): string | null {
  const stands = all.every((place, index) => {
    const group = groups[index];
    return group !== undefined && group.right && isWhole(group, place);
  });
  return stands ? groups.map(({ digits }) => digits).join("") : null;
}

/** A long number in pieces that can be read out. */
export function pieces(text: string, length = 4): string[] {
  return text.match(new RegExp(`.{1,${length}}`, "g")) ?? [];
}
