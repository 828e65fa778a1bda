/** Where the examination stands: its clock, the figures, what waits. For a telephone as well. */
import { Link } from "wouter";
import { serverNow } from "../api/client";
import { Categories } from "../cases/categories";
import { named, useFormat, useMessages } from "../messages";
import { Failed, Notice } from "../parts/told";
import { has, useWho } from "../session/session";
import { daysBetween, dueOn, inRoom, numberOf } from "./meter";
import { useRoomCosts, type RoomClock, type RoomStanding } from "./queries";

interface Standing {
  name: string;
  room: RoomStanding;
  /** Whether somebody of the proponents looks at it, in the room. */
  inside: boolean;
}

export function Stands({ name, room, inside }: Standing) {
  const messages = useMessages();
  const who = useWho();
  const base = `/cases/${name}/room`;
  const mayOpen = has(who, name, "registrar") && room.state === "not_opened" && room.begins_by;
  if (room.state === "no_rules") return <p className="card inset-all">{messages.room.stateTexts.no_rules}</p>;
  return (
    <>
      {inside ? null : (
        <Notice
          tone={room.state === "open" ? "good" : "told"}
          action={
            mayOpen ? (
              <Link href={`${base}/opening`} className="button primary">
                {messages.room.openIt}
              </Link>
            ) : null
          }
        >
          {named(messages.room.stateTexts, room.state)} {has(who, name, "registrar") ? null : messages.opening.onlyRegistrar}
        </Notice>
      )}
      {room.setting ? <Today name={name} room={room} inside={inside} zone={room.setting.zone} /> : null}
      <div className="two">
        <div className="stack">
          <Clock room={room} inside={inside} />
          {room.setting ? <SoFar name={name} /> : null}
        </div>
        <Counts name={name} room={room} inside={inside} />
      </div>
    </>
  );
}

/** What today is for the examination, and the way to the lines. */
function Today({ name, room, inside, zone }: Standing & { zone: string }) {
  const messages = useMessages();
  const { money } = useFormat();
  const { data, error, refetch } = useRoomCosts(name);
  const today = inRoom(zone, serverNow()).day;
  if (data === undefined) return error === null ? null : <Failed error={error} retry={() => void refetch()} />;
  if (inside) {
    const { number, begun } = numberOf(today, data);
    const free = room.costs?.free_days;
    const words = free === undefined ? messages.roomClock.todayPlain(number) : begun ? messages.roomClock.todayCounts(number, free) : messages.roomClock.todayWould(number, free);
    return (
      <Notice
        tone={free !== undefined && number > free ? "caution" : "told"}
        action={
          <Link href={`/cases/${name}/room/lines`} className="button primary">
            {messages.roomClock.examine}
          </Link>
        }
      >
        {words}
      </Notice>
    );
  }
  const due = room.state === "open" ? dueOn(today, data, room.costs) : "free";
  if (due === "free" || due === 0) return null;
  return (
    <Notice
      tone="caution"
      action={
        <Link href={`/cases/${name}/room/costs`} className="button">
          {messages.room.costs}
        </Link>
      }
    >
      {due === "estimate" ? messages.roomCosts.due.estimate : messages.roomCosts.due.missing(money(due))}
    </Notice>
  );
}

function Clock({ room, inside }: Omit<Standing, "name">) {
  const [messages, opening] = [useMessages().roomClock, useMessages().opening];
  const { day, time } = useFormat();
  const clock = (at: string) => time(Date.parse(`1970-01-01T${at}`));
  const setting = room.setting;
  const here = setting ? inRoom(setting.zone, serverNow()) : null;
  const left = here && room.ends_by ? daysBetween(here.day, room.ends_by.date) : null;
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
        {left === null ? null : (
          <span className={left < 0 ? "chip bad" : left < 7 ? "chip caution" : "chip"}>{left < 0 ? messages.over : left === 0 ? messages.lastDay : messages.daysLeft(left)}</span>
        )}
      </header>
      <div className="body">
        <dl className="terms">
          {room.began_on ? (
            <div>
              <dt>{messages.began}</dt>
              <dd>{day(room.began_on)}</dd>
            </div>
          ) : null}
          {room.began_on || !room.begins_by ? null : <LastDay what={messages.beginsBy} clock={room.begins_by} />}
          {room.ends_by ? <LastDay what={messages.endsBy} clock={room.ends_by} /> : null}
          {setting && here ? (
            <div>
              <dt>{messages.hours}</dt>
              <dd>
                {messages.hoursText(clock(setting.opens), clock(setting.closes))}
                <span className="block small muted">{messages.now(clock(here.time), setting.zone)}</span>
              </dd>
            </div>
          ) : null}
          {setting && !inside
            ? [
                [opening.named, setting.representatives.join(", ")],
                [opening.byNotice, setting.notice],
                [opening.places, setting.terminals.join(", ")],
              ].map(([what, text]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>{text}</dd>
                </div>
              ))
            : null}
        </dl>
        {room.began_on && !room.ends_by ? <p className="muted">{messages.noEnd}</p> : null}
      </div>
    </section>
  );
}

/** What the examination has come to, in short. */
function SoFar({ name }: { name: string }) {
  const messages = useMessages();
  const { money, number } = useFormat();
  const { data } = useRoomCosts(name);
  if (data === undefined) return null;
  const costs = messages.roomCosts;
  const free = data.free_days_left;
  const balance: [string, number] = data.owed > 0 ? [costs.owed, data.owed] : [costs.toReturn, data.to_return];
  const rows: [string, string][] = [
    [costs.used, `${number(data.days_used)}${typeof free === "number" ? ` (${costs.freeLeft(free)})` : ""}`],
    ...(typeof free === "number" ? ([[costs.sum, money(data.charged)], [balance[0], money(balance[1])]] as [string, string][]) : []),
  ];
  return (
    <section className="card">
      <header>
        <h2>{costs.soFar}</h2>
        <Link href={`/cases/${name}/room/costs`} className="small">
          {costs.steps}
        </Link>
      </header>
      <div className="body">
        <dl className="terms wide-terms">
          {rows.map(([what, sum]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd className="figure">{sum}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function LastDay({ what, clock }: { what: string; clock: RoomClock }) {
  const messages = useMessages().clock;
  const { day } = useFormat();
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        <strong>{day(clock.date)}</strong> <span className={clock.rule.status === "confirmed" ? "chip good" : "chip caution"}>{named(messages.statuses, clock.rule.status)}</span>
        <details className="small">
          <summary>{messages.derivation}</summary>
          <p className="derivation" lang="en">
            {clock.derivation}
          </p>
          <p className="muted" lang="en">
            {clock.rule.citation}
          </p>
        </details>
      </dd>
    </div>
  );
}

function Counts({ name, room, inside }: Standing) {
  const messages = useMessages();
  const { number } = useFormat();
  const short = room.required - room.valid;
  const figures: [string, number][] = [
    [messages.roomClock.required, room.required],
    [messages.roomClock.valid, room.valid],
    [messages.roomClock.invalid, room.invalid],
    ...(room.undecided > 0 ? ([[messages.roomClock.undecided, room.undecided]] as [string, number][]) : []),
  ];
  return (
    <section className="card">
      <header>
        <h2>{messages.roomClock.byCategory}</h2>
      </header>
      <div className="body stack">
        <dl className="clock-figures">
          {figures.map(([what, lines]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd className="figure">{number(lines)}</dd>
            </div>
          ))}
        </dl>
        <p>{short > 0 ? messages.roomClock.short(short) : messages.roomClock.reached}</p>
        <Categories of={room.invalid_by_category} caption={messages.roomClock.byCategory} tight />
        {room.setting ? (
          <p>
            {messages.roomClock.waiting}: <Link href={`/cases/${name}/room/${inside ? "mine" : "challenges"}`}>{number(room.challenges_waiting)}</Link>
          </p>
        ) : null}
      </div>
    </section>
  );
}
