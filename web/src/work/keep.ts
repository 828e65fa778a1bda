/**
 * What outlives a reload of the page: which batch is in hand, where the reviewer was, what is flagged, and what the server has not acknowledged. It lies in
 * the session storage of the browser tab. Of a voter there is the number and nothing else: no name, no address, and no note, which may hold either.
 */
import type { Found, StageName } from "../api/client";
import type { LineKey } from "./outbox";

/** A finding without what may name a person. */
export interface KeptFinding {
  disposition: string;
  reason?: string;
  voter?: string;
  /** Whether there was a note, which is gone. */
  hadNote?: true;
}

/** Whose work it is, and on what. */
export interface Place {
  account: string;
  case: string;
  stage: StageName;
}

export interface Kept {
  batch: string;
  at: LineKey | null;
  /** Findings to be sent; null takes back what was found. */
  unsent: [LineKey, KeptFinding | null][];
  /** Findings that were not stored before the lines left the hand. */
  lost: [LineKey, KeptFinding][];
  /** Pairs of a contact sheet that are flagged. */
  flagged?: LineKey[];
}

const PREFIX = "countersign.work:";
const keyOf = (place: Place) => `${PREFIX}${place.account}:${place.case}:${place.stage}`;

export function withoutNote(found: Found): KeptFinding {
  return {
    disposition: found.disposition,
    ...(found.reason ? { reason: found.reason } : {}),
    ...(found.voter ? { voter: found.voter } : {}),
    ...(found.note ? { hadNote: true as const } : {}),
  };
}

export function keep(place: Place, work: Kept): void {
  try {
    sessionStorage.setItem(keyOf(place), JSON.stringify(work));
  } catch {
    // Without storage a reload costs what was not acknowledged; the screen says how much that is, so work goes on.
  }
}

/** What this person left of this stage in this tab. */
export function kept(place: Place): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(place)) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export function forget(place: Place): void {
  try {
    sessionStorage.removeItem(keyOf(place));
  } catch {
    // Nothing was kept either.
  }
}

/** Leaves nothing behind for whoever sits here next. */
export function forgetAll(): void {
  try {
    const keys = Array.from({ length: sessionStorage.length }, (_, index) => sessionStorage.key(index));
    for (const key of keys) if (key?.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}
