/** The burn-down, drawn. What it shows stands beside it in words, and day by day in a table. */
import { AxisBottom, AxisLeft } from "@visx/axis";
import { GridRows } from "@visx/grid";
import { scaleLinear, scaleUtc } from "@visx/scale";
import { LinePath } from "@visx/shape";
import { useFormat, useMessages } from "../messages";
import { course, DAY, type Point } from "./course";

const [WIDTH, HEIGHT] = [520, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 16, 10, 26];

export default function BurnDown({ clock }: { clock: Parameters<typeof course>[0] }) {
  const messages = useMessages().clock;
  const { number, dayOfYear } = useFormat();
  const { past, needed, likely, between, today, span, most } = course(clock);
  if (past.length === 0 && needed === null) return null;
  const x = scaleUtc<number>({ domain: span.map((at) => new Date(at * DAY)), range: [LEFT, WIDTH - RIGHT] });
  const y = scaleLinear<number>({ domain: [0, most], range: [HEIGHT - BOTTOM, TOP], nice: true });
  const line = (points: Point[], className: string) => <LinePath data={points} x={({ at }) => x(at * DAY)} y={({ left }) => y(left)} className={className} />;
  // Of a short stretch there are no half days, and of few lines no half lines.
  const days = x.ticks(6).filter((at) => at.getTime() % DAY === 0);
  const lines = y.ticks(4).filter(Number.isInteger);
  const label = (textAnchor: "middle" | "end") => ({ className: "scale", textAnchor, fontFamily: undefined, fontSize: undefined, fill: undefined });
  return (
    <figure className="burn-down">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={messages.chart}>
        <GridRows scale={y} left={LEFT} width={WIDTH - LEFT - RIGHT} tickValues={lines} stroke="" lineStyle={{}} className="grid" />
        <AxisLeft scale={y} left={LEFT} tickValues={lines} tickFormat={(left) => number(Number(left))} hideAxisLine hideTicks tickLabelProps={label("end")} />
        <AxisBottom scale={x} top={HEIGHT - BOTTOM} tickValues={days} tickFormat={(at) => dayOfYear(new Date(Number(at)))} hideAxisLine axisClassName="days" tickLabelProps={label("middle")} />
        {between === null ? null : line([today, { at: between[0], left: 0 }, { at: between[1], left: 0 }], "band")}
        {likely === null ? null : line([today, { at: likely, left: 0 }], "forecast")}
        {needed === null ? null : line(needed, "needed")}
        {line(past, "left")}
        <circle className="now" cx={x(today.at * DAY)} cy={y(today.left)} r="4" />
      </svg>
      <figcaption className="small muted">
        <span className="key-left">{messages.legendLeft}</span>
        {needed === null ? null : <span className="key-needed">{messages.legendNeeded}</span>}
        {likely === null ? null : <span className="key-forecast">{messages.legendForecast}</span>}
      </figcaption>
    </figure>
  );
}
