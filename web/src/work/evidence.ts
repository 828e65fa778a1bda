/** The evidence of a search as a waterfall: what each field adds to or takes from the odds that a voter is the signer. */

export interface Step {
  field: string;
  level: string | null;
  centibits: number;
  /** The sum before this step. */
  from: number;
}

export interface Waterfall {
  steps: Step[];
  sum: number;
  atPreviousAddress: boolean;
}

/** Reads evidence as it is stored: `prior -1960, first_name same 850, place one_slip -120, at the previous address`. What it does not know, it leaves out. */
export function waterfall(evidence: string): Waterfall {
  const steps: Step[] = [];
  let sum = 0;
  for (const part of evidence.split(", ")) {
    const [, field, level, weight] = /^([a-z_]+)(?: ([a-z_]+))? (-?\d+)$/.exec(part) ?? [];
    if (field === undefined || weight === undefined) continue;
    const centibits = Number(weight);
    steps.push({ field, level: level ?? null, centibits, from: sum });
    sum += centibits;
  }
  return { steps, sum, atPreviousAddress: evidence.includes("at the previous address") };
}

/** The lowest and the highest sum on the way, for the scale. */
export function span({ steps }: Waterfall): [number, number] {
  const sums = steps.flatMap(({ from, centibits }) => [from, from + centibits]);
  return [Math.min(0, ...sums), Math.max(0, ...sums)];
}
