/** What a reviewer can find on a line, with the key of each. What may be found is the server's to say; these are its names. */
import type { Found, StageName, Voter } from "../api/client";
import type { Messages } from "../messages/en";

export type DispositionName = keyof Messages["dispositions"];
export type DispositionGroup = keyof Messages["dispositionGroups"];

export interface Disposition {
  name: DispositionName;
  key: string;
  group: DispositionGroup | null;
  /** Whether the finding says which voter it speaks of. */
  namesVoter: boolean;
}

export const DISPOSITIONS: Disposition[] = [
  { name: "valid", key: "v", group: null, namesVoter: true },
  { name: "signature_mismatch", key: "s", group: "signature", namesVoter: true },
  { name: "not_registered", key: "n", group: "registration", namesVoter: false },
  { name: "different_address", key: "a", group: "registration", namesVoter: true },
  { name: "canceled", key: "c", group: "registration", namesVoter: true },
  { name: "registered_late", key: "l", group: "registration", namesVoter: true },
  { name: "not_eligible", key: "e", group: "registration", namesVoter: true },
  { name: "out_of_jurisdiction", key: "o", group: "registration", namesVoter: false },
  { name: "illegible", key: "i", group: "line", namesVoter: false },
  { name: "no_printed_name", key: "p", group: "line", namesVoter: false },
  { name: "no_address", key: "r", group: "line", namesVoter: false },
  { name: "po_box_only", key: "b", group: "line", namesVoter: false },
  { name: "no_signature", key: "g", group: "line", namesVoter: false },
  { name: "blank_or_crossed_out", key: "x", group: "line", namesVoter: false },
];

/** Where a signature is under review, the question is only whether it compares. */
export function dispositionsAt(stage: StageName): Disposition[] {
  return stage === "blind_review" ? DISPOSITIONS.filter(({ name }) => name === "valid" || name === "signature_mismatch") : DISPOSITIONS;
}

export function finding(disposition: Disposition, voter: Voter | null, note: string): Found {
  return {
    disposition: disposition.name === "valid" ? "valid" : "invalid",
    ...(disposition.name === "valid" ? {} : { reason: disposition.name }),
    ...(disposition.namesVoter && voter ? { voter: voter.voter } : {}),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
}

/** Whether the roll seems to speak against a finding, so that a note is asked for before the server may ask for one. */
export function seemsContradicted({ name }: Disposition, voter: Voter | null): boolean {
  const status = voter?.status;
  if (name === "valid") return status === "canceled" || status === "pending";
  if (name === "canceled") return status !== "canceled";
  return name === "not_eligible" && (status === "active" || status === "inactive");
}
