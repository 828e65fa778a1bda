import { expect, test } from "vitest";
import { cents } from "./money";

test("sums as they are typed", () => {
  const typed = ["15", "15.5", "15.05", "$1,250.00", " 46,200 ", "0", "1000000"].map(cents);
  expect(typed).toEqual([1500, 1550, 1505, 125_000, 4_620_000, 0, 100_000_000]);
});

test("what is no sum", () => {
  for (const text of ["", "-1", "1.005", "1,5", "12,34.00", "1e3", "fifteen", "1000000.01", "."]) expect(cents(text), text).toBeNull();
});
