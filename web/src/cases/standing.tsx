/** Where a case stands: the figures, the way to the number required, and the work that waits. */
import { Link } from "wouter";
import type { Standing } from "../api/client";
import { useMyStages } from "../frame/frame";
import { usePresence } from "../frame/presence";
import { named, useFormat, useMessages } from "../messages";
import { Failed, Waiting } from "../parts/told";
import { Categories } from "./categories";
import { Doors } from "./doors";
import { Clock } from "./clock";
import { useFollow, useIsFollowed } from "./live";
import { useQueues, useStanding } from "./queries";
import { Road } from "./road";
import { useTitle } from "../parts/title";

export function CaseStanding({ name }: { name: string }) {
  const messages = useMessages();
  const { data, error, refetch, dataUpdatedAt } = useStanding(name);
  useFollow(name, data?.events, dataUpdatedAt);
  useTitle(messages.standing.title, data?.title);
  if (data === undefined) {
    return <div className="page">{error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />}</div>;
  }
  return (
    <div className="page stack">
      <div className="page-head">
        <div>
          <h1>{data.title}</h1>
          <p className="muted">
            {data.jurisdiction} <span className="chip accent">{named(messages.phases, data.phase)}</span>
          </p>
        </div>
        <AsOf name={name} at={dataUpdatedAt} />
      </div>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      <Figures of={data} />
      <Doors name={name} />
      <div className="two">
        <div className="stack">
          <Progress of={data} />
          <Invalid of={data} />
        </div>
        <Queues name={name} />
      </div>
      <Clock name={name} />
    </div>
  );
}

/** How old the figures are, or that they follow the work. */
function AsOf({ name, at }: { name: string; at: number }) {
  const messages = useMessages().standing;
  const { clock } = useFormat();
  const [here, followed] = [usePresence(), useIsFollowed(name)];
  if (followed) return <p className="live muted small">{messages.live}</p>;
  return (
    <p className="muted small">
      {messages.asOf(clock(at))}
      {here ? null : ` · ${messages.paused}`}
    </p>
  );
}

function Figures({ of }: { of: Standing }) {
  const messages = useMessages().standing;
  const { number } = useFormat();
  const figures: [string, number | null | undefined][] = [
    [messages.required, of.required],
    [messages.rawCount, of.raw_count],
    [messages.valid, of.valid],
    [messages.invalid, of.invalid],
    [messages.undecided, of.undecided],
    [messages.sections, of.sections],
    [messages.events, of.events],
  ];
  return (
    <dl className="figures card">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="figure">{typeof value === "number" ? number(value) : "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

function Progress({ of }: { of: Standing }) {
  const messages = useMessages().standing;
  const format = useFormat();
  const decided = of.valid + of.invalid;
  const whole = decided + of.undecided;
  const missing = of.required - of.valid - of.undecided;
  return (
    <section className="card">
      <header>
        <h2>{messages.toRequired}</h2>
        <span className="muted">{messages.decided(format.share(whole === 0 ? 0 : Math.floor((1_000_000 * decided) / whole)))}</span>
      </header>
      <div className="body stack">
        <Road of={of} />
        <ul className="legend-row small">
          <li>
            <i className="swatch bar-valid" /> {messages.valid}: <strong className="figure">{format.number(of.valid)}</strong>
          </li>
          <li>
            <i className="swatch bar-open" /> {messages.undecided}: <strong className="figure">{format.number(of.undecided)}</strong>
          </li>
          <li>
            <i className="swatch required-mark" /> {messages.required}: <strong className="figure">{format.number(of.required)}</strong>
          </li>
        </ul>
        <p>
          {of.valid < of.required ? messages.short(of.required - of.valid) : null}
          {of.valid === of.required ? messages.exactly : null}
          {of.valid > of.required ? messages.reached(of.valid - of.required) : null}
          {missing > 0 ? `. ${messages.outOfReach(missing)}` : null}
        </p>
      </div>
    </section>
  );
}

function Queues({ name }: { name: string }) {
  const messages = useMessages();
  const { number } = useFormat();
  const mine = new Set(useMyStages(name).map(({ stage }) => stage));
  const { data, error } = useQueues(name);
  if (data === undefined && error === null) return null;
  return (
    <section className="card">
      <header>
        <h2>{messages.standing.queues}</h2>
      </header>
      <div className="body flush">
        {error === null ? null : <Failed error={error} />}
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{messages.standing.stage}</th>
              <th scope="col" className="right">
                {messages.standing.waiting}
              </th>
              <th scope="col">
                <span className="unseen">{messages.standing.begin}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data?.map(({ stage, lines }) => (
              <tr key={stage}>
                <th scope="row">
                  {named(messages.stages, stage)}
                  <span className="muted small block">{named(messages.stageTasks, stage)}</span>
                </th>
                <td className="right">{number(lines)}</td>
                <td className="right">
                  {mine.has(stage) ? (
                    <Link href={`/cases/${name}/work/${stage}`} className="button small" aria-label={`${messages.standing.begin}: ${named(messages.stages, stage)}`}>
                      {messages.standing.begin}
                    </Link>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Invalid({ of }: { of: Standing }) {
  const messages = useMessages();
  return (
    <section className="card">
      <header>
        <h2>{messages.standing.byCategory}</h2>
      </header>
      <div className="body flush">
        {of.invalid === 0 ? (
          <p className="muted inset">{messages.standing.noInvalid}</p>
        ) : (
          <Categories of={of.invalid_by_category} />
        )}
      </div>
    </section>
  );
}
