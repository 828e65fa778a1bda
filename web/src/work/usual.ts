/** Words of an address that stand for one another: the same tables by which the roll is searched, so that what the search takes for equal is not marked. */
import directions from "../../../crates/roll/data/directions.csv?raw";
import types from "../../../crates/roll/data/street_types.csv?raw";
import designators from "../../../crates/roll/data/unit_designators.csv?raw";

const rows = (table: string) =>
  table
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(","));

const kept = new Map<string, string>();
// The first word of a line is the one that is kept.
for (const [first = "", ...others] of rows(directions)) for (const word of [first, ...others]) kept.set(word, first);
for (const [first = "", , ...others] of rows(types)) for (const word of [first, ...others]) kept.set(word, first);
const units = new Set<string>();
for (const [word = "", , one = ""] of rows(designators)) {
  kept.set(word, one);
  units.add(one);
}

const plain = (word: string) => word.normalize("NFD").replace(/[\p{M}.]/gu, "").toUpperCase();

/** Whether two words of an address are spellings of one, as AVENUE and AVE are; a number sign stands for any word that announces a unit. */
export function standsFor(a: string, b: string): boolean {
  const [left, right] = [kept.get(plain(a)), kept.get(plain(b))];
  if (a === "#" || b === "#") return units.has((a === "#" ? right : left) ?? "");
  return left !== undefined && left === right;
}
