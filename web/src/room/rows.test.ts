import { expect, test } from "vitest";
import { beside, indexOf, rowsOf, typedPlace } from "./rows";

const LINES = [
  { section: 1, line: 2 },
  { section: 1, line: 9 },
  { section: 3, line: 1 },
];

test("a heading for each section, with the number of its lines", () => {
  const rows = rowsOf(LINES, false);
  expect(rows.map((row) => (row.kind === "line" ? `${row.of.section}/${row.of.line}` : `${row.section}: ${row.lines}${row.whole ? "" : "+"}`))).toEqual(["1: 2", "1/2", "1/9", "3: 1+", "3/1"]);
  expect(rowsOf(LINES, true).every((row) => row.kind === "line" || row.whole)).toBe(true);
  expect(rowsOf([], false)).toEqual([]);
});

test("the way from one line to the next, from a line of the list and from beside it", () => {
  expect(beside(LINES, { section: 1, line: 9 })).toEqual({ before: LINES[0], here: LINES[1], after: LINES[2] });
  expect(beside(LINES, { section: 1, line: 2 }).before).toBeUndefined();
  expect(beside(LINES, { section: 2, line: 1 })).toEqual({ before: LINES[1], here: undefined, after: LINES[2] });
  expect(beside(LINES, { section: 9, line: 1 })).toEqual({ before: LINES[2], here: undefined, after: undefined });
  expect(indexOf(LINES, { section: 3, line: 0 })).toBe(2);
});

test("a place as it is typed", () => {
  expect(["12", "12/5", " 12 / 5 ", "12 5", "12:5", "12.5"].map(typedPlace)).toEqual([{ section: 12, line: null }, ...Array(5).fill({ section: 12, line: 5 })]);
  for (const text of ["", "0", "12/0", "12/", "a", "1/2/3", "-1"]) expect(typedPlace(text), text).toBeNull();
});
