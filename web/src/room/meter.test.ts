import { expect, test } from "vitest";
import { daysBetween, dueOn, inRoom, isZone, numberOf, steps } from "./meter";
import type { RoomCosts, RoomDay, RoomLaw } from "./queries";

const rule = { citation: "Government Code 7924.110", status: "confirmed" };
const law: RoomLaw = { free_days: 2, daily_deposit: true, rule };

const day = (day: string, number: number | null, more: Partial<RoomDay> = {}): RoomDay => ({ day, number, charged: false, staff_minutes: 0, costs: 0, deposited: 0, returned: 0, ...more });
const costs = (days: RoomDay[], more: Partial<RoomCosts> = {}): RoomCosts => ({
  days,
  days_used: days.filter(({ number }) => number !== null).length,
  costs: 0,
  charged: 0,
  deposited: 0,
  returned: 0,
  to_return: 0,
  owed: 0,
  ...more,
});

const TWO = [day("2026-11-30", 1, { costs: 9000 }), day("2026-12-01", 2, { costs: 9000 })];

test("the days that the proponents bear, and what is held", () => {
  const three = costs([...TWO, day("2026-12-03", 3, { charged: true, costs: 4500, deposited: 6000 })], { deposited: 6000, returned: 500 });
  expect(steps(three)).toMatchObject({ used: 3, free: 2, held: 5500 });
  expect(steps(three).borne.map(({ day }) => day)).toEqual(["2026-12-03"]);
});

test("what is due before a day begins", () => {
  expect(dueOn("2026-12-01", costs(TWO), law)).toBe("free");
  expect(dueOn("2026-12-02", costs(TWO), law)).toBe("estimate");
  expect(dueOn("2026-12-02", costs([...TWO, day("2026-12-02", null, { estimate: 20_000, deposited: 5000 })]), law)).toBe(15_000);
  expect(dueOn("2026-12-02", costs([...TWO, day("2026-12-02", null, { estimate: 20_000, deposited: 25_000 })]), law)).toBe(0);
  expect(dueOn("2026-12-02", costs(TWO), { ...law, daily_deposit: false })).toBe("free");
  expect(dueOn("2026-12-02", costs(TWO), null)).toBe("free");
  // A day without an examiner uses none up.
  expect(dueOn("2026-12-02", costs([day("2026-11-30", 1), day("2026-12-01", null, { deposited: 100 })]), law)).toBe("free");
});

test("which day today is", () => {
  expect(numberOf("2026-12-01", costs(TWO))).toEqual({ number: 2, begun: true });
  expect(numberOf("2026-12-02", costs([...TWO, day("2026-12-02", null, { estimate: 1 })]))).toEqual({ number: 3, begun: false });
});

test("the day in the room is the room's own", () => {
  const late = Date.parse("2026-12-01T06:05:00Z");
  expect(inRoom("America/Los_Angeles", late)).toEqual({ day: "2026-11-30", time: "22:05" });
  expect(inRoom("UTC", late)).toEqual({ day: "2026-12-01", time: "06:05" });
  expect(inRoom("UTC", Date.parse("2026-12-01T00:00:30Z"))).toEqual({ day: "2026-12-01", time: "00:00" });
  expect(["UTC", "America/Los_Angeles", "Etc/GMT+12", "", "Nowhere/City"].map(isZone)).toEqual([true, true, true, false, false]);
  expect(daysBetween("2026-11-30", "2027-01-29")).toBe(60);
});
