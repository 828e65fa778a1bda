/** Where a case stands against its last day: what is left, what a day must bring, and when it will be done. */
import { lazy, Suspense } from "react";
import type { components } from "../api/schema";
import { named, useFormat, useMessages } from "../messages";
import { Failed } from "../parts/told";
import { useClock } from "./queries";

type CaseClock = components["schemas"]["CaseClock"];

/** Comes by itself, since few screens draw anything. Where it cannot be fetched, its figures stand in the table. */
const BurnDown = lazy(() => import("./burn-down").catch(() => ({ default: () => null })));

export function Clock({ name }: { name: string }) {
  const messages = useMessages().clock;
  const { data, error, refetch } = useClock(name);
  if (data === undefined && error === null) return null;
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
        {data === undefined ? null : <span className="muted">{named(messages.deciding, data.deciding)}</span>}
      </header>
      <div className="body stack">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined ? null : <Shown clock={data} />}
      </div>
    </section>
  );
}

function Shown({ clock }: { clock: CaseClock }) {
  const messages = useMessages().clock;
  const { number } = useFormat();
  const figures: [string, number | null | undefined][] = [
    [messages.daysLeft, clock.days_left],
    [messages.linesLeft, clock.lines_left],
    [messages.aDay, clock.lines_a_day],
    ...(clock.lines_beside_sample > 0 ? [[messages.beside, clock.lines_beside_sample] as [string, number]] : []),
  ];
  return (
    <>
      <div className="clock">
        <div className="stack">
          <Deadlines clock={clock} />
          <dl className="clock-figures">
            {figures.map(([what, value]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd className="figure">{typeof value === "number" ? number(value) : "–"}</dd>
              </div>
            ))}
          </dl>
          <Forecast clock={clock} />
          <Staff clock={clock} />
        </div>
        <Suspense fallback={<div className="burn-down" />}>
          <BurnDown clock={clock} />
        </Suspense>
      </div>
      {clock.days.length === 0 ? null : <Days clock={clock} />}
    </>
  );
}

function Deadlines({ clock }: { clock: CaseClock }) {
  const messages = useMessages().clock;
  const { day } = useFormat();
  if (clock.deadlines.length === 0) return <p className="muted">{messages.none}</p>;
  return (
    <ul className="stack">
      {clock.deadlines.map((deadline) => (
        <li key={deadline.name}>
          <p>
            {messages.lastDay}: <strong>{day(deadline.date)}</strong> <span className="muted" lang="en">{deadline.title}</span>{" "}
            <span className={deadline.status === "confirmed" ? "chip good" : "chip caution"}>{named(messages.statuses, deadline.status)}</span>{" "}
            {typeof deadline.met === "boolean" ? (
              <span className={deadline.met ? "chip good" : "chip bad"}>{deadline.met ? messages.inTime : messages.late}</span>
            ) : null}
          </p>
          <details className="small">
            <summary>{messages.derivation}</summary>
            <p className="derivation" lang="en">
              {deadline.derivation}
            </p>
            <p className="muted" lang="en">
              {deadline.citation}
            </p>
          </details>
        </li>
      ))}
      {clock.days_left === 0 && clock.lines_left > 0 ? (
        <li>
          <span className="chip bad">{messages.passed}</span>
        </li>
      ) : null}
    </ul>
  );
}

function Forecast({ clock }: { clock: CaseClock }) {
  const messages = useMessages().clock;
  const { day } = useFormat();
  const forecast = clock.forecast;
  if (!forecast) {
    return (
      <p className="muted">
        {messages.noForecast}
        {clock.no_forecast ? (
          <>
            : <span lang="en">{clock.no_forecast}</span>
          </>
        ) : null}
      </p>
    );
  }
  return (
    <p>
      {forecast.likely ? <strong>{messages.likely(day(forecast.likely))}</strong> : null}{" "}
      {forecast.earliest && forecast.latest ? messages.between(day(forecast.earliest), day(forecast.latest), forecast.percent) : null}{" "}
      <span className="muted">{messages.rests(forecast.days_seen)}</span>
    </p>
  );
}

function Staff({ clock }: { clock: CaseClock }) {
  const messages = useMessages().clock;
  const { decimal } = useFormat();
  const staff = clock.staff;
  if (!staff || typeof staff.looks_per_hour_hundredths !== "number") return null;
  return (
    <p>
      {messages.pace(decimal(staff.looks_per_hour_hundredths / 100))}
      {typeof staff.people_needed === "number" ? `; ${messages.needed(staff.people_needed, staff.hours_a_day)}` : null}
    </p>
  );
}

function Days({ clock }: { clock: CaseClock }) {
  const messages = useMessages().clock;
  const { day, number } = useFormat();
  const withPeople = clock.days.some(({ people }) => typeof people === "number");
  return (
    <details>
      <summary>{messages.days}</summary>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{messages.day}</th>
              {[messages.decided, messages.looks, ...(withPeople ? [messages.people, messages.hours] : [])].map((what) => (
                <th key={what} scope="col" className="right">
                  {what}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {clock.days.toReversed().map((done) => (
              <tr key={done.date}>
                <th scope="row">{day(done.date)}</th>
                <td className="right">{number(done.decided)}</td>
                <td className="right">{number(done.looks)}</td>
                {withPeople ? <td className="right">{number(done.people ?? 0)}</td> : null}
                {withPeople ? <td className="right">{number(done.person_hours ?? 0)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
