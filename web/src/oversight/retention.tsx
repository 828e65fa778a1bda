/** How long a case is kept and why, the days on which that rests, legal holds, and where destruction is done. */
import type { ReactNode } from "react";
import { named, useFormat, useMessages } from "../messages";
import { Failed, Notice, Waiting } from "../parts/told";
import { has, useWho } from "../session/session";
import { Holds } from "./holds";
import { useKeeping, type KeptUntil } from "./keeping";
import { RecordDay } from "./record-day";

export function Retention({ name }: { name: string }) {
  const messages = useMessages().retention;
  const { data, error, refetch } = useKeeping(name);
  // The registrar alone puts on record what the time of a case rests on.
  const mayRecord = has(useWho(), name, "registrar");
  return (
    <>
      <div className="lead">
        <p className="muted">{messages.text}</p>
        {mayRecord ? null : <p className="muted">{messages.byRegistrar}</p>}
      </div>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Waiting />
      ) : (
        <>
          <Times keeping={data} />
          <Days name={name} keeping={data} mayRecord={mayRecord} />
          <Holds name={name} holds={data.holds} mayRecord={mayRecord} />
          <Destruction name={name} />
        </>
      )}
    </>
  );
}

function Card({ title, beside, children }: { title: string; beside?: ReactNode; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {beside}
      </header>
      <div className="body stack">{children}</div>
    </section>
  );
}

function Times({ keeping }: { keeping: KeptUntil }) {
  const all = useMessages();
  const messages = all.retention;
  const { day } = useFormat();
  const unconfirmed = keeping.times.some(({ status }) => status !== "confirmed");
  const first = keeping.destroy_from ? <span className="muted">{messages.destroyFrom(day(keeping.destroy_from))}</span> : null;
  return (
    <Card title={messages.times} beside={first}>
      {keeping.kept_because ? (
        <Notice tone="told">{messages.mustBeKept(named(messages.whyKept, keeping.kept_because.code))}</Notice>
      ) : (
        <Notice tone="caution">{messages.mayBeDestroyed}</Notice>
      )}
      {unconfirmed ? <Notice tone="caution">{messages.unconfirmed}</Notice> : null}
      {keeping.times.length === 0 ? <p className="muted">{messages.noTimes}</p> : null}
      <ul className="entries">
        {keeping.times.map((time) => (
          <li key={time.name}>
            <p>
              <strong>{time.until ? messages.until(day(time.until)) : messages.noEnd}</strong> <span className="muted" lang="en">
                {time.title}
              </span>{" "}
              <span className={time.status === "confirmed" ? "chip good" : "chip caution"}>{named(all.clock.statuses, time.status)}</span>
            </p>
            <details className="small">
              <summary>{all.clock.derivation}</summary>
              <p className="derivation" lang="en">
                {time.derivation}
              </p>
              <p className="muted" lang="en">
                {time.citation}
              </p>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Days({ name, keeping, mayRecord }: { name: string; keeping: KeptUntil; mayRecord: boolean }) {
  const messages = useMessages().retention;
  const { day, moment } = useFormat();
  const missing = keeping.awaited.filter((name) => keeping.days.every((day) => day.name !== name));
  return (
    <Card title={messages.days}>
      <p className="muted small">{messages.daysText}</p>
      <ul className="entries">
        {keeping.days.map((one) => (
          <li key={one.name}>
            <p>
              {named(messages.dayNames, one.name)}: <strong>{one.on ? day(one.on) : messages.never}</strong>
            </p>
            <p className="muted small">{messages.record(one.because, one.person, moment(one.at))}</p>
          </li>
        ))}
        {missing.map((one) => (
          <li key={one}>
            <p>
              {named(messages.dayNames, one)}: <span className="muted">{messages.notRecorded}</span>
            </p>
          </li>
        ))}
      </ul>
      {mayRecord && keeping.awaited.length > 0 ? <RecordDay name={name} awaited={keeping.awaited} /> : null}
    </Card>
  );
}

function Destruction({ name }: { name: string }) {
  const messages = useMessages().retention;
  return (
    <Card title={messages.destruction}>
      <p>{messages.destructionText}</p>
      <pre className="key command">{`countersign case retention ${name}.case\ncountersign case destroy ${name}.case --title "…" --certificate destroyed.json`}</pre>
      <p className="muted small">{messages.destructionHelp}</p>
    </Card>
  );
}
