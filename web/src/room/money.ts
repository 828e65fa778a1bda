/** Sums as people type them, in cents. */

/** The greatest sum of one entry, as the server has it. */
const MOST = 100_000_000;

/** What was typed as dollars and cents, such as 1,250 or 46.5, in cents; none where it is no sum. No fraction is ever computed with. */
export function cents(text: string): number | null {
  const typed = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/u.exec(text.trim());
  if (typed === null) return null;
  const sum = Number((typed[1] ?? "").replaceAll(",", "")) * 100 + Number((typed[2] ?? "").padEnd(2, "0"));
  return sum <= MOST ? sum : null;
}
