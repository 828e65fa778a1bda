/** Where a petition stands on its way from filing to a published result. */
import type { PublicPetition } from "./queries";

export const STEPS = ["filed", "counted", "examined", "certified", "published"] as const;
export type StepName = (typeof STEPS)[number];

export type Place = "done" | "now" | "to_come";

type Known = Pick<PublicPetition, "phase" | "raw_count" | "result">;

/** How far a petition is. One that was not accepted goes no further; a record of a certificate that does not stand is none of this way. */
export function placesOf({ phase, raw_count: raw, result }: Known): [StepName, Place][] {
  const certified = phase === "certified";
  const done: Record<StepName, boolean> = {
    filed: true,
    counted: typeof raw === "number",
    examined: certified,
    certified,
    published: certified && (result?.stands ?? false),
  };
  const last = phase === "not_accepted" ? STEPS.slice(0, 2) : STEPS;
  const now = last.find((step) => !done[step]);
  return last.map((step) => [step, done[step] ? "done" : step === now ? "now" : "to_come"]);
}
