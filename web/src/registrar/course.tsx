/** The course of a case, from its opening to its certificate, and the clocks of the law: a sheet to be printed. */
import type { components } from "../api/schema";
import { useStanding } from "../cases/queries";
import { named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { useCourse } from "./queries";

type Course = components["schemas"]["Course"];
type Step = components["schemas"]["CourseStep"];

export function CourseOf({ name }: { name: string }) {
  const messages = useMessages();
  const standing = useStanding(name).data;
  const { data, error, refetch } = useCourse(name);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className="page-head course-head">
        <div>
          <h2>{messages.course.title}</h2>
          <p className="muted">
            {standing?.title}
            {standing === undefined ? null : ` · ${standing.jurisdiction}`}
          </p>
        </div>
        <Button className="no-print" onPress={() => window.print()}>
          {messages.registrar.print}
        </Button>
      </div>
      <Clocks of={data} />
      <section className="card" aria-labelledby="course-steps">
        <header>
          <h2 id="course-steps">{messages.registrar.sections.course}</h2>
        </header>
        <ol className="body timeline">
          {data.steps.map((step) => (
            <StepOf key={`${step.event} ${step.kind}`} step={step} />
          ))}
        </ol>
      </section>
      <p className="small muted">
        {messages.course.pack}: {data.rule_pack} <span className="mono digest">{data.rule_pack_digest}</span>
      </p>
    </>
  );
}

function StepOf({ step }: { step: Step }) {
  const messages = useMessages().course;
  const format = useFormat();
  const kinds = messages.kinds as Record<string, ((n: number) => string) | undefined>;
  const day = step.on ? (step.kind === "case_opened" ? messages.filedOn(format.day(step.on)) : messages.dayOn(format.day(step.on))) : null;
  return (
    <li className={step.kind === "certified" || step.kind === "case_reopened" ? "milestone" : undefined}>
      <p>
        <strong>{kinds[step.kind]?.(step.count ?? 0) ?? step.kind.replaceAll("_", " ")}</strong>
        {day === null ? null : <span>, {day}</span>}
      </p>
      <p className="small muted">
        <time dateTime={step.at}>{format.moment(step.at)}</time> · {step.person ? messages.by(step.person) : messages.many}
      </p>
      <Says step={step} />
    </li>
  );
}

/** What an event says beside its number: long numbers in letters of one width, words as they were given. */
function Says({ step: { kind, says } }: { step: Step }) {
  const messages = useMessages();
  if (!says) return null;
  const words = messages.course.says;
  if (kind === "certified") return <p className="small">{named(messages.verdicts, says)}</p>;
  if (kind === "case_opened") return <p className="small muted">{messages.course.openedUnder(says)}</p>;
  const seals = kind === "manifest_sealed" || kind === "audit_sealed";
  const seeds = kind === "sample_drawn" || kind === "audit_seeded";
  const number = seals || seeds || kind === "roll_sealed";
  const what = seals ? words.root : seeds ? words.seed : kind === "roll_sealed" ? words.digest : words.because;
  return (
    <p className="small">
      <span className="muted">{what}: </span>
      <span className={number ? "mono digest" : undefined}>{says}</span>
    </p>
  );
}

function Clocks({ of }: { of: Course }) {
  const messages = useMessages();
  const words = messages.course;
  const { day } = useFormat();
  return (
    <section className="card" aria-labelledby="course-clocks">
      <header>
        <h2 id="course-clocks">{words.clocks}</h2>
      </header>
      <div className="body flush table-scroll">
        {of.clocks.length === 0 ? (
          <p className="inset muted">{words.noClocks}</p>
        ) : (
          <table className="table clocks">
            <thead>
              <tr>
                <th scope="col">{words.lastDay}</th>
                <th scope="col">{words.act}</th>
                <th scope="col">{words.status}</th>
              </tr>
            </thead>
            <tbody>
              {of.clocks.map((clock) => (
                <tr key={clock.name}>
                  <th scope="row" className="nowrap">
                    <strong>{day(clock.date)}</strong>
                  </th>
                  <td lang="en">
                    {clock.title}
                    <span className="block small muted derivation">{clock.derivation}</span>
                    <span className="block small muted">{clock.citation}</span>
                  </td>
                  <td className="nowrap">
                    <span className={clock.status === "confirmed" ? "chip good" : "chip caution"}>{named(messages.clock.statuses, clock.status)}</span>{" "}
                    {typeof clock.met === "boolean" ? (
                      <span className={clock.met ? "chip good" : "chip bad"}>{clock.met ? words.inTime : words.late}</span>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
