/** What the examination comes to by the statute, with each step shown, and day by day. */
import { serverNow } from "../api/client";
import { named, useFormat, useMessages } from "../messages";
import { Failed, Notice, Waiting } from "../parts/told";
import { Enter } from "./enter";
import { dueOn, inRoom, steps } from "./meter";
import { useRoomCosts, type RoomCosts, type RoomStanding } from "./queries";

interface Costing {
  name: string;
  room: RoomStanding;
  /** Whether the person enters sums and time, too. */
  enters: boolean;
}

export function Costs({ name, room, enters }: Costing) {
  const messages = useMessages().roomCosts;
  const { money } = useFormat();
  const { data, error, refetch } = useRoomCosts(name);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  const today = inRoom(room.setting?.zone ?? "UTC", serverNow()).day;
  const due = dueOn(today, data, room.costs);
  return (
    <>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {room.state !== "open" || due === "free" ? null : (
        <Notice tone={due === 0 ? "good" : "caution"}>{due === 0 ? messages.due.paid : due === "estimate" ? messages.due.estimate : messages.due.missing(money(due))}</Notice>
      )}
      <Meter costs={data} room={room} />
      <Days costs={data} />
      {enters ? <Enter name={name} today={today} /> : null}
    </>
  );
}

function Meter({ costs, room }: { costs: RoomCosts; room: RoomStanding }) {
  const [messages, statuses] = [useMessages().roomCosts, useMessages().clock.statuses];
  const { money, number } = useFormat();
  const { used, free, borne, held } = steps(costs);
  const law = room.costs;
  // Many addends would hide the sum; they stand in the table below.
  const addends = borne.length > 1 && borne.length <= 6 ? `${borne.map((day) => money(day.costs)).join(" + ")} = ` : "";
  const rows: [what: string, how: string, comesTo: string][] = law
    ? [
        [messages.used, messages.freeLeft(costs.free_days_left ?? 0), number(used)],
        [messages.free, "", `− ${number(free)}`],
        [messages.borne, "", number(borne.length)],
        [messages.staff, borne.length === 0 ? messages.noneBorne : addends, money(costs.charged)],
        [messages.deposited, "", money(costs.deposited)],
        [messages.returned, "", `− ${money(costs.returned)}`],
        [messages.held, "", money(held)],
      ]
    : [[messages.used, "", number(used)]];
  const outcome = costs.owed > 0 ? messages.owed : costs.to_return > 0 ? messages.toReturn : messages.even;
  const difference = costs.owed > 0 ? `${money(costs.charged)} − ${money(held)} = ` : costs.to_return > 0 ? `${money(held)} − ${money(costs.charged)} = ` : "";
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <div className="body stack">
        {law ? (
          <p>
            {messages.law(law.free_days, law.daily_deposit)} <span className="muted small" lang="en">
              {law.rule.citation}
            </span>{" "}
            <span className={law.rule.status === "confirmed" ? "chip good" : "chip caution"}>{named(statuses, law.rule.status)}</span>
          </p>
        ) : (
          <p>{messages.noLaw}</p>
        )}
        <table className="table steps">
          <caption className="unseen">{messages.title}</caption>
          <tbody>
            {rows.map(([what, how, comesTo]) => (
              <tr key={what} className={what === messages.borne || what === messages.held || what === messages.staff ? "sum" : undefined}>
                <th scope="row">{what}</th>
                <td className="right muted small">{how}</td>
                <td className="right">{comesTo}</td>
              </tr>
            ))}
            {law ? (
              <tr className="outcome">
                <th scope="row">{outcome}</th>
                <td className="right small">{difference}</td>
                <td className="right">{costs.owed > 0 ? money(costs.owed) : money(costs.to_return)}</td>
              </tr>
            ) : null}
          </tbody>
        </table>
        <p className="small muted">
          {messages.office}: {money(costs.costs)}
        </p>
      </div>
    </section>
  );
}

function Days({ costs }: { costs: RoomCosts }) {
  const messages = useMessages().roomCosts;
  const { day, money, number } = useFormat();
  const sum = (cents: number | null | undefined) => (cents ? money(cents) : "–");
  return (
    <section className="card">
      <header>
        <h2>{messages.days}</h2>
      </header>
      {/* On a narrow screen it is scrolled, by keys as well. */}
      <div className="body flush table-scroll" role="group" aria-label={messages.days} tabIndex={0}>
        {costs.days.length === 0 ? (
          <p className="muted inset">{messages.noDays}</p>
        ) : (
          <table className="table days-table">
            <thead>
              <tr>
                <th scope="col">{messages.day}</th>
                <th scope="col" className="right">
                  {messages.number}
                </th>
                <th scope="col">{messages.bears}</th>
                {[messages.estimate, messages.deposited, messages.returned, messages.time, messages.cost].map((what) => (
                  <th key={what} scope="col" className="right">
                    {what}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {costs.days.map((one) => (
                <tr key={one.day}>
                  <th scope="row">{day(one.day)}</th>
                  <td className="right">{typeof one.number === "number" ? number(one.number) : "–"}</td>
                  <td>{one.charged ? messages.proponents : messages.theOffice}</td>
                  <td className="right">{typeof one.estimate === "number" ? money(one.estimate) : "–"}</td>
                  <td className="right">{sum(one.deposited)}</td>
                  <td className="right">{sum(one.returned)}</td>
                  <td className="right">{one.staff_minutes === 0 ? "–" : messages.hours(one.staff_minutes)}</td>
                  <td className="right">{sum(one.costs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
