/** The duties and the shifts that somebody was given, as an account's events keep them, in parts to be told. */
import type { Shift } from "./queries";

/** Duties are those at a place each: a case by its name, or the office as a whole, whose name is empty. */
type Given = { duties: { place: string; roles: string[] }[] } | { shifts: Shift[] } | { text: string };

/** Reads what an event keeps beside its name; what this version does not know is told as it is. */
export function given(what: string, detail: string): Given {
  const kept = read(detail);
  if (what === "duties_set" && typeof kept === "object" && kept !== null && !Array.isArray(kept)) {
    return { duties: Object.entries(kept as Record<string, string[]>).map(([place, roles]) => ({ place, roles })) };
  }
  if (what === "shifts_given" && Array.isArray(kept)) return { shifts: kept as Shift[] };
  return { text: detail };
}

function read(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return null;
  }
}
