/** One section: what its declaration says and lacks, what voiding it would cost, and the images of its pages. */
import { Link } from "wouter";
import { useFormat, useMessages } from "../messages";
import { Failed, Notice, Waiting } from "../parts/told";
import { has, useWho } from "../session/session";
import { PageImages } from "./page-images";
import { useSection, type CounterSection } from "./queries";
import { useGround } from "./sections";

export function Section({ name, section }: { name: string; section: number }) {
  const messages = useMessages().intake;
  const who = useWho();
  const { data, error, refetch } = useSection(name, section);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className="page-head">
        <h2 className="section-name">{messages.sectionOf(section)}</h2>
        {has(who, name, "intake") ? (
          <Link href={`/cases/${name}/intake/receive`} className="button">
            {messages.next}
          </Link>
        ) : null}
      </div>
      <div className="two">
        <Declaration of={data} />
        <Cost name={name} of={data} />
      </div>
      <PageImages name={name} section={data} mayTake={has(who, name, "intake")} />
    </>
  );
}

function Declaration({ of }: { of: CounterSection }) {
  const messages = useMessages().intake;
  const { day } = useFormat();
  const said: [string, string | null | undefined][] = [
    [messages.circulator, of.circulator],
    [messages.residence, of.circulator_address],
    [messages.signedFrom, of.signed_from && day(of.signed_from)],
    [messages.signedTo, of.signed_to && day(of.signed_to)],
    [messages.executedOn, of.executed_on && day(of.executed_on)],
  ];
  return (
    <section className="card" aria-labelledby="declaration">
      <header>
        <h2 id="declaration">{messages.declaration}</h2>
      </header>
      <div className="body stack">
        <dl className="said">
          {said.map(([what, value]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{value || <span className="muted">{messages.notDeclared}</span>}</dd>
            </div>
          ))}
        </dl>
        <Defects of={of.defects} />
      </div>
    </section>
  );
}

export function Defects({ of }: { of: string[] }) {
  const messages = useMessages().intake;
  if (of.length === 0) return <p className="muted">{messages.noDefects}</p>;
  return (
    <Notice tone="caution">
      <strong>{messages.defects}</strong>
      <ul className="defects" lang="en">
        {of.map((defect) => (
          <li key={defect}>{defect}</li>
        ))}
      </ul>
    </Notice>
  );
}

function Cost({ name, of }: { name: string; of: CounterSection }) {
  const messages = useMessages().intake;
  const who = useWho();
  const ground = useGround();
  const format = useFormat();
  const figures: [string, number][] = [
    [messages.lines, of.lines],
    [messages.valid, of.valid],
    [messages.struck, of.struck],
  ];
  return (
    <section className="card" aria-labelledby="cost">
      <header>
        <h2 id="cost">{messages.cost}</h2>
        {of.void ? (
          <span className="chip bad">
            {messages.void}: {ground(of.void)}
          </span>
        ) : null}
      </header>
      <div className="body stack">
        <dl className="clock-figures">
          {figures.map(([what, value]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd className="figure">{format.number(value)}</dd>
            </div>
          ))}
        </dl>
        {of.void ? null : <p>{messages.costs(of.lines, of.valid)}</p>}
        {has(who, name, "supervisor") ? <Link href={`/cases/${name}/oversight/acts`}>{messages.costText}</Link> : <p className="muted small">{messages.costText}</p>}
      </div>
    </section>
  );
}
