import { expect, it } from "vitest";
import { span, waterfall } from "./evidence";

const STORED = "prior -1960, first_name same 850, surname one_slip 640, place same 1410, status active 12";

it("adds up to the candidate's weight", () => {
  const { steps, sum } = waterfall(STORED);
  expect(sum).toBe(-1960 + 850 + 640 + 1410 + 12);
  expect(steps.map(({ field, level }) => `${field} ${level}`)).toEqual(["prior null", "first_name same", "surname one_slip", "place same", "status active"]);
  expect(steps[2]?.from).toBe(-1110);
});

it("knows the previous address", () => {
  expect(waterfall(STORED).atPreviousAddress).toBe(false);
  expect(waterfall(`${STORED}, at the previous address`)).toMatchObject({ atPreviousAddress: true, sum: waterfall(STORED).sum });
});

it("has a scale with every sum and nought", () => {
  expect(span(waterfall(STORED))).toEqual([-1960, 952]);
  expect(span(waterfall("prior 100"))).toEqual([0, 100]);
});
