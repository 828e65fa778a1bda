/** The burn-down, drawn. What it shows stands beside it in words, and day by day in a table. */
import { useFormat, useMessages } from "../messages";
import { course, type Point } from "./course";

const [WIDTH, HEIGHT] = [520, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 10, 24];

export function BurnDown({ clock }: { clock: Parameters<typeof course>[0] }) {
  const messages = useMessages().clock;
  const { number, day } = useFormat();
  const { past, needed, likely, between, today, span, most } = course(clock);
  const x = (at: number) => LEFT + ((at - span[0]) / Math.max(1, span[1] - span[0])) * (WIDTH - LEFT - RIGHT);
  const y = (left: number) => TOP + (1 - left / most) * (HEIGHT - TOP - BOTTOM);
  const line = (points: Point[]) => points.map(({ at, left }) => `${x(at).toFixed(1)},${y(left).toFixed(1)}`).join(" ");
  const date = (at: number) => day(new Date(at * 86_400_000).toISOString().slice(0, 10));
  if (past.length === 0 && needed === null) return null;
  return (
    <figure className="burn-down">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={messages.chart}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(most * share)} y2={y(most * share)} />
            <text className="scale" x={LEFT - 8} y={y(most * share) + 4} textAnchor="end">
              {number(Math.round(most * share))}
            </text>
          </g>
        ))}
        <text className="scale" x={LEFT} y={HEIGHT - 6}>
          {date(span[0])}
        </text>
        <text className="scale" x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
          {date(span[1])}
        </text>
        {between === null ? null : <polygon className="band" points={line([today, { at: between[0], left: 0 }, { at: between[1], left: 0 }])} />}
        {likely === null ? null : <polyline className="forecast" points={line([today, { at: likely, left: 0 }])} />}
        {needed === null ? null : <polyline className="needed" points={line(needed)} />}
        <polyline className="left" points={line(past)} />
        <circle className="now" cx={x(today.at)} cy={y(today.left)} r="4" />
      </svg>
      <figcaption className="small muted">
        <span className="key-left">{messages.legendLeft}</span>
        {needed === null ? null : <span className="key-needed">{messages.legendNeeded}</span>}
        {likely === null ? null : <span className="key-forecast">{messages.legendForecast}</span>}
      </figcaption>
    </figure>
  );
}
