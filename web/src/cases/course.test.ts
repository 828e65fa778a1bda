import { expect, it } from "vitest";
import { course, dayNumber } from "./course";

const CLOCK = {
  today: "2022-07-14",
  lines_left: 100,
  days: [
    { date: "2022-07-12", decided: 30 },
    { date: "2022-07-13", decided: 50 },
    { date: "2022-07-14", decided: 20 },
  ],
  deadlines: [{ date: "2022-08-17" }],
};

it("goes from all lines to those that are left today", () => {
  const { past, today, most } = course(CLOCK);
  expect(past.map(({ left }) => left)).toEqual([200, 170, 120, 100]);
  expect(past.map(({ at }) => at - dayNumber("2022-07-12"))).toEqual([-1, 0, 1, 2]);
  expect([today.left, most]).toEqual([100, 200]);
});

it("shows the way to the last day while there is one", () => {
  expect(course(CLOCK).needed?.[1]).toEqual({ at: dayNumber("2022-08-17"), left: 0 });
  expect(course({ ...CLOCK, today: "2022-08-18" }).needed).toBeNull();
  expect(course({ ...CLOCK, lines_left: 0 }).needed).toBeNull();
  expect(course({ ...CLOCK, deadlines: [] }).needed).toBeNull();
});

it("has room for the forecast", () => {
  const { likely, between, span } = course({ ...CLOCK, forecast: { likely: "2022-09-01", earliest: "2022-08-20", latest: "2022-10-01" } });
  expect(likely).toBe(dayNumber("2022-09-01"));
  expect(between).toEqual([dayNumber("2022-08-20"), dayNumber("2022-10-01")]);
  expect(span[1]).toBe(dayNumber("2022-10-01"));
});

it("leaves a last day out that lies before all work", () => {
  expect(course({ ...CLOCK, deadlines: [{ date: "2020-01-01" }] }).span).toEqual([dayNumber("2022-07-11"), dayNumber("2022-07-15")]);
});

it("is empty before anything was done", () => {
  expect(course({ ...CLOCK, days: [], deadlines: [] })).toMatchObject({ past: [], needed: null, most: 100 });
});
