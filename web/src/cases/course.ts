/** The points of a burn-down: how many lines were left at the end of each day, the way to be in time, and the forecast. */

export interface Point {
  /** Days since 1970. */
  at: number;
  left: number;
}

export interface Course {
  past: Point[];
  /** From today to the last day; none where there is none. */
  needed: [Point, Point] | null;
  /** Where the forecast meets nought: likely, and from earliest to latest. */
  likely: number | null;
  between: [number, number] | null;
  today: Point;
  /** The first and the last day on the picture. */
  span: [number, number];
  most: number;
}

interface Clock {
  today: string;
  lines_left: number;
  days: { date: string; decided: number }[];
  deadlines: { date: string }[];
  forecast?: { likely?: string | null; earliest?: string | null; latest?: string | null } | null;
}

/** A day, in milliseconds. */
export const DAY = 86_400_000;

export const dayNumber = (date: string) => Date.parse(`${date}T00:00:00Z`) / DAY;

export function course(clock: Clock): Course {
  const today: Point = { at: dayNumber(clock.today), left: clock.lines_left };
  const past: Point[] = [];
  let left = clock.lines_left;
  for (const { date, decided } of clock.days.toReversed()) {
    past.unshift({ at: dayNumber(date), left });
    left += decided;
  }
  // The evening before the first day: all that was to be decided.
  const first = past[0];
  if (first) past.unshift({ at: first.at - 1, left });
  const last = clock.deadlines[0] ? dayNumber(clock.deadlines[0].date) : null;
  const day = (date: string | null | undefined) => (date ? dayNumber(date) : null);
  const [likely, earliest, latest] = [day(clock.forecast?.likely), day(clock.forecast?.earliest), day(clock.forecast?.latest)];
  // A last day that lies before everything would press what was done into a line.
  const begun = past[0]?.at ?? today.at;
  const days = [today.at, begun, last !== null && last >= begun ? last : null, likely, latest].filter((at) => at !== null);
  return {
    past,
    needed: last !== null && last > today.at && clock.lines_left > 0 ? [today, { at: last, left: 0 }] : null,
    likely,
    between: earliest !== null && latest !== null ? [earliest, latest] : null,
    today,
    span: [Math.min(...days), Math.max(...days, today.at + 1)],
    most: Math.max(1, left),
  };
}
