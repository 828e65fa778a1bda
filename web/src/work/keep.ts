/**
 * What outlives a reload of the page: which batch is in hand, where the reviewer was, and what the server has not acknowledged. It lies in the session
 * storage of the browser tab. Of a voter there is the number and nothing else: no name, no address, and no note, which may hold either.
 */
import type { Found } from "../api/client";
import type { LineKey } from "./outbox";

/** A finding without what may name a person. */
export interface KeptFinding {
  disposition: string;
  reason?: string;
  voter?: string;
  /** Whether there was a note, which is gone. */
  hadNote?: true;
}

export interface Kept {
  account: string;
  case: string;
  stage: string;
  batch: string;
  at: LineKey | null;
  /** Findings to be sent; null takes back what was found. */
  unsent: [LineKey, KeptFinding | null][];
  /** Findings that were not stored before the lines left the hand. */
  lost: [LineKey, KeptFinding][];
}

const KEY = "countersign.work";

export function withoutNote(found: Found): KeptFinding {
  return {
    disposition: found.disposition,
    ...(found.reason ? { reason: found.reason } : {}),
    ...(found.voter ? { voter: found.voter } : {}),
    ...(found.note ? { hadNote: true as const } : {}),
  };
}

export function keep(work: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(work));
  } catch {
    // Without storage a reload costs what was not acknowledged; the screen says how much that is, so work goes on.
  }
}

/** What this person left of this stage in this tab. */
export function kept(account: string, of: { case: string; stage: string }): Kept | null {
  try {
    const work = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    return work?.account === account && work.case === of.case && work.stage === of.stage ? work : null;
  } catch {
    return null;
  }
}

/** Leaves nothing behind for whoever sits here next. */
export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept either.
  }
}
