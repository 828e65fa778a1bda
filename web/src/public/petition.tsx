/** One petition: the way from filing to its result, the figures of the published record, and how anybody checks them. */
import { Link } from "wouter";
import { named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Notice, Waiting } from "../parts/told";
import { useTitle } from "../parts/title";
import { Check } from "./check";
import { PublicFailure } from "./failure";
import { usePetition, type PublicPetition } from "./queries";
import { placesOf } from "./road";

type Result = NonNullable<PublicPetition["result"]>;

export function Petition({ petition }: { petition: string }) {
  const messages = useMessages().public;
  const format = useFormat();
  const { data, error, refetch, dataUpdatedAt } = usePetition(petition);
  useTitle(data?.title ?? messages.title);
  return (
    <div className="stack">
      <p className="no-print">
        <Link href="/public">{messages.all}</Link>
      </p>
      {error === null ? null : <PublicFailure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : (
        <>
          <div>
            <h1>{data.title}</h1>
            <p className="muted">
              {data.jurisdiction} · {messages.filed} {format.day(data.filed_on)}
            </p>
          </div>
          {data.result ? <Verdict of={data.result} /> : null}
          <Way of={data} />
          <Figures of={data} />
          {data.result ? <Reasons of={data.result} /> : null}
          <Check petition={data.petition} record={data.record} />
          <p className="muted small">
            {messages.asOf(format.moment(new Date(dataUpdatedAt).toISOString()))}{" "}
            <Button small className="no-print" onPress={() => window.print()}>
              {messages.print}
            </Button>
          </p>
        </>
      )}
    </div>
  );
}

/** The result in words. */
function Verdict({ of }: { of: Result }) {
  const messages = useMessages();
  const words = messages.public;
  const { day } = useFormat();
  const sampled = of.basis === "sample";
  const more = sampled ? words.projectedMore : words.more;
  const fewer = sampled ? words.projectedFewer : words.fewer;
  return (
    <section className="card verdict" aria-labelledby="public-result">
      <h2 id="public-result" className="muted small">
        {words.result}
      </h2>
      {of.stands ? null : <Notice tone="caution">{words.standsNot}</Notice>}
      <p className={of.stands ? "verdict-word" : "verdict-word struck"}>{named(messages.verdicts, of.verdict)}</p>
      <p>{of.margin === 0 ? words.exactly : of.margin > 0 ? more(of.margin) : fewer(-of.margin)}</p>
      <p className="muted">
        {words.certifiedOn(day(of.certified_on))}. {named(words.basis, of.basis)}
      </p>
    </section>
  );
}

function Way({ of }: { of: PublicPetition }) {
  const words = useMessages().public;
  const { day } = useFormat();
  const says = { done: words.done, now: words.now, to_come: words.toCome };
  const more: Partial<Record<string, string>> = {
    filed: day(of.filed_on),
    ...(typeof of.raw_count === "number" ? { counted: words.countedOf(of.raw_count) } : {}),
  };
  const phases: Record<string, string | null> = {
    receiving: words.counting,
    examining: of.result ? words.examiningAgain : words.examining,
    not_accepted: words.notAccepted,
    certified: of.result?.stands ? null : words.certifiedNotPublished,
  };
  const told = phases[of.phase];
  return (
    <section className="card" aria-labelledby="public-road">
      <header>
        <h2 id="public-road">{words.road}</h2>
      </header>
      <div className="body stack">
        <ol className="way">
          {placesOf(of).map(([step, place]) => (
            <li key={step} className={place} aria-current={place === "now" ? "step" : undefined}>
              <strong>{words.steps[step]}</strong>
              <span className="muted small">{place === "done" ? (more[step] ?? says.done) : says[place]}</span>
            </li>
          ))}
        </ol>
        {told ? <p>{told}</p> : null}
      </div>
    </section>
  );
}

function Figures({ of }: { of: PublicPetition }) {
  const words = useMessages().public;
  const { number } = useFormat();
  const result = of.result;
  const figures: [string, number | null | undefined][] = [
    [words.submitted, of.raw_count],
    [words.required, of.required],
    ...(result ? ([[words.examined, result.examined], [words.valid, result.valid], [words.invalid, result.invalid]] as [string, number][]) : []),
  ];
  return (
    <section aria-labelledby="public-figures">
      <h2 id="public-figures" className="unseen">
        {words.figures}
      </h2>
      <dl className="figures card">
        {figures.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd className="figure">{typeof value === "number" ? number(value) : "–"}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Why signatures did not count: bars, with the same numbers as text. */
function Reasons({ of }: { of: Result }) {
  const messages = useMessages();
  const words = messages.public;
  const format = useFormat();
  const rows = Object.entries(of.invalid_by_category)
    .filter(([, lines]) => lines > 0)
    .sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, lines]) => lines));
  return (
    <section className="card" aria-labelledby="public-reasons">
      <header>
        <h2 id="public-reasons">{words.reasons}</h2>
      </header>
      <div className="body">
        {rows.length === 0 ? (
          <p>{words.noReasons}</p>
        ) : (
          <ul className="reasons">
            {rows.map(([category, lines]) => (
              <li key={category}>
                <span>{named(messages.categories, category)}</span>
                <strong className="figure">{format.number(lines)}</strong>
                <span className="reason-bar" aria-hidden="true">
                  <span style={{ width: `${(100 * lines) / most}%` }} />
                </span>
                <span className="muted small">{words.ofInvalid(format.share(Math.floor((1_000_000 * lines) / Math.max(1, of.invalid))))}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
