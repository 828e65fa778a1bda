import { expect, it } from "vitest";
import { instants } from "./looks";

const NOW = new Date(2022, 6, 14, 15, 30);
const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

it("begins a day at midnight by the clock of this computer", () => {
  expect(instants("today", { from: "", to: "" }, NOW)).toEqual({ from: local(2022, 6, 14) });
  expect(instants("week", { from: "", to: "" }, NOW)).toEqual({ from: local(2022, 6, 8) });
});

it("takes what was typed, and leaves open what was not", () => {
  expect(instants("any", { from: "2022-07-01T08:00", to: "" }, NOW)).toEqual({});
  expect(instants("between", { from: "2022-07-01T08:00", to: "" }, NOW)).toEqual({ from: local(2022, 6, 1, 8) });
  expect(instants("between", { from: "", to: "2022-07-02T08:30" }, NOW)).toEqual({ to: local(2022, 6, 2, 8, 30) });
});
