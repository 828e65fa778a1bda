/** What an examination comes to, step by step from the days on record, and what is due before a day may begin. */
import type { RoomCosts, RoomDay, RoomLaw } from "./queries";

export interface Steps {
  /** Days on which somebody examined. */
  used: number;
  /** Days of them that cost nothing. */
  free: number;
  /** The days that the proponents bear. */
  borne: RoomDay[];
  /** Deposited and not given back. */
  held: number;
}

/** The steps from the days to what is owed. The sums themselves are the server's. */
export function steps(costs: RoomCosts): Steps {
  const borne = costs.days.filter(({ charged }) => charged);
  return { used: costs.days_used, free: costs.days_used - borne.length, borne, held: costs.deposited - costs.returned };
}

/** What stands between today and its beginning: nothing while days are free; an estimate; or so many cents of the deposit, which may be nought. */
export type Due = "free" | "estimate" | number;

export function dueOn(today: string, costs: RoomCosts, law: RoomLaw | null | undefined): Due {
  if (!law?.daily_deposit) return "free";
  const before = costs.days.filter(({ day, number }) => day < today && typeof number === "number").length;
  if (before < law.free_days) return "free";
  const entered = costs.days.find(({ day }) => day === today);
  if (typeof entered?.estimate !== "number") return "estimate";
  return Math.max(0, entered.estimate - entered.deposited);
}

/** The day of the examination that today is, or would be if somebody began now. */
export function numberOf(today: string, costs: RoomCosts): { number: number; begun: boolean } {
  const entered = costs.days.find(({ day }) => day === today)?.number;
  return typeof entered === "number" ? { number: entered, begun: true } : { number: costs.days_used + 1, begun: false };
}

/** The day and the time of day in the room. */
export function inRoom(zone: string, at: number): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short", timeStyle: "medium", hour12: false }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, time: `${part("hour").replace("24", "00")}:${part("minute")}` };
}

/** Whether this browser knows a time zone of this name. */
export function isZone(zone: string): boolean {
  try {
    inRoom(zone, 0);
    return zone !== "";
  } catch {
    return false;
  }
}

/** Calendar days from one day to another. */
export const daysBetween = (from: string, to: string) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
