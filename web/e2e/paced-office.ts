/** An office in the middle of an examination: on each of the last working days people decided lines, and half of them are left. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CASE, command, examined, serve, type Office } from "./office";
import { underOwnLaw } from "./room-office";

/** Lines that were decided on each working day, up to the last one before today. */
export const DECIDED = [6, 9, 7, 8];

const iso = (date: Date) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short" }).format(date);

/** A day so many days before today, as the machine has it. */
function before(days: number): Date {
  const day = new Date();
  day.setHours(12, 0, 0, 0);
  day.setDate(day.getDate() - days);
  return day;
}

/** The last working days before today, as many as there were decisions on, the earliest first. */
export function workedDays(): string[] {
  const days: string[] = [];
  for (let back = 1; days.length < DECIDED.length; back += 1) {
    const day = before(back);
    if (![0, 6].includes(day.getDay())) days.unshift(iso(day));
  }
  return days;
}

export async function openPacedOffice(): Promise<Office> {
  const facts = { form_approved_on: iso(before(100)), report_of_registration_on: iso(before(110)), filed_on: iso(before(12)) };
  const folder = examined("1:10000", (folder) => underOwnLaw(folder, "case.json", facts));
  const [head = "", ...rows] = readFileSync(join(folder, "decisions.csv"), "utf8").trimEnd().split("\n");
  const at = head.split(",").indexOf("decided_at");
  // What was found valid is decided by one look.
  const valid = rows.filter((row) => row.split(",")[2] === "valid");
  const done = workedDays().flatMap((day, index) => valid.splice(0, DECIDED[index]).map((row) => row.split(",").with(at, `${day}T17:30:00Z`).join(",")));
  writeFileSync(join(folder, "done.csv"), [head, ...done, ""].join("\n"));
  command(folder, "decide", `${CASE}.case`, "done.csv", "--roll", "roll");
  return serve(folder);
}
