/** The evidence for and against a voter, drawn as a waterfall: each field from where the one before it ended. */
import { useMemo } from "react";
import { named, useFormat, useMessages } from "../messages";
import { span, waterfall } from "./evidence";

export function Waterfall({ evidence }: { evidence: string }) {
  const messages = useMessages();
  const format = useFormat();
  const fall = useMemo(() => waterfall(evidence), [evidence]);
  const [low, high] = span(fall);
  const percent = (centibits: number) => (100 * (centibits - low)) / Math.max(1, high - low);
  const bar = (from: number, to: number) => ({ left: `${percent(Math.min(from, to))}%`, width: `${Math.abs(percent(to) - percent(from))}%` });
  return (
    <table className="waterfall">
      <caption className="unseen">{messages.work.evidenceNote}</caption>
      <tbody>
        {fall.steps.map(({ field, level, centibits, from }) => (
          <tr key={field}>
            <th scope="row">{named(messages.fields, field)}</th>
            <td className="level">{level === null ? null : named(messages.levels, level)}</td>
            <td className="fall" aria-hidden="true">
              <span className="nought" style={{ left: `${percent(0)}%` }} />
              <span className={centibits < 0 ? "against" : "for"} style={bar(from, from + centibits)} />
            </td>
            <td className="figure bits">{format.bits(centibits)}</td>
          </tr>
        ))}
        <tr className="sum">
          <th scope="row">{messages.work.sum}</th>
          <td className="level">{fall.atPreviousAddress ? messages.work.atPrevious : null}</td>
          <td className="fall" aria-hidden="true">
            <span className="nought" style={{ left: `${percent(0)}%` }} />
            <span className="whole" style={bar(0, fall.sum)} />
          </td>
          <td className="figure bits">{format.bits(fall.sum)}</td>
        </tr>
      </tbody>
    </table>
  );
}
