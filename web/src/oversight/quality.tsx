/** People with their pace and agreement, what is laid down for their work, and looks that came to different answers. */
import { useState } from "react";
import type { components } from "../api/schema";
import { findingName, named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { KnowDialog } from "./know";
import { PolicyCard } from "./policy";
import { useDisagreements, useQuality, type Disagreement } from "./queries";

type Reviewer = components["schemas"]["Reviewer"];
type Against = components["schemas"]["Against"];

export function Quality({ name }: { name: string }) {
  return (
    <>
      <People name={name} />
      <PolicyCard name={name} />
      <Disagreements name={name} />
    </>
  );
}

function People({ name }: { name: string }) {
  const messages = useMessages().oversight;
  const { data, error, refetch } = useQuality(name);
  return (
    <section className="card">
      <header>
        <h2>{messages.people}</h2>
        <span className="muted small">{messages.kappaHelp}</span>
      </header>
      <div className="body flush table-scroll">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined && error === null ? <Waiting /> : null}
        {data?.length === 0 ? <p className="muted inset">{messages.nobody}</p> : null}
        {data === undefined || data.length === 0 ? null : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{messages.person}</th>
                <th scope="col" className="right">
                  {messages.lines}
                </th>
                <th scope="col" className="right">
                  {messages.lines}, {messages.recent}
                </th>
                <th scope="col" className="right">
                  {messages.pace}
                </th>
                <th scope="col" className="right">
                  {messages.valid}
                </th>
                <th scope="col">{messages.known}</th>
                <th scope="col">{messages.second}</th>
                <th scope="col" className="right">
                  {messages.kappa}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((reviewer) => (
                <Person key={reviewer.person} of={reviewer} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function Person({ of }: { of: Reviewer }) {
  const messages = useMessages().oversight;
  const { number, share } = useFormat();
  const lines = of.before.lines + of.recent.lines;
  const hours = of.before.hours + of.recent.hours;
  const valid = of.before.valid_per_mille * of.before.lines + of.recent.valid_per_mille * of.recent.lines;
  const both = (one: "known" | "second"): Against => ({
    looks: of.before[one].looks + of.recent[one].looks,
    agreed: of.before[one].agreed + of.recent[one].agreed,
  });
  return (
    <tr>
      <th scope="row" className="mono small">
        {of.person}
      </th>
      <td className="right">{number(lines)}</td>
      <td className="right">{number(of.recent.lines)}</td>
      <td className="right">{hours === 0 ? messages.noneYet : number(Math.round(lines / hours))}</td>
      <td className="right">{lines === 0 ? messages.noneYet : share(Math.floor((1_000 * valid) / lines))}</td>
      <td>
        <Agreement of={both("known")} />
      </td>
      <td>
        <Agreement of={both("second")} />
      </td>
      <td className="right">{typeof of.kappa === "number" ? (of.kappa / 1000).toFixed(2) : messages.noneYet}</td>
    </tr>
  );
}

function Agreement({ of }: { of: Against }) {
  const messages = useMessages().oversight;
  return of.looks === 0 ? <span className="muted">{messages.noneYet}</span> : <>{messages.agreed(of.agreed, of.looks)}</>;
}

function Disagreements({ name }: { name: string }) {
  const messages = useMessages();
  const format = useFormat();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDisagreements(name);
  const apart = data?.pages.flatMap(({ items }) => items) ?? [];
  const [settling, setSettling] = useState<Disagreement | null>(null);
  return (
    <section className="card">
      <header>
        <h2>{messages.oversight.apart}</h2>
      </header>
      <div className="body flush table-scroll">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data !== undefined && apart.length === 0 ? <p className="muted inset">{messages.oversight.noneApart}</p> : null}
        {apart.length === 0 ? null : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{messages.oversight.line}</th>
                <th scope="col">{messages.oversight.person}</th>
                <th scope="col">{messages.oversight.found}</th>
                <th scope="col">{messages.oversight.expected}</th>
                <th scope="col">{messages.oversight.when}</th>
                <th scope="col">
                  <span className="unseen">{messages.known.fromHere}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {apart.map((look) => (
                <tr key={`${look.section}/${look.line} ${look.person} ${look.at}`}>
                  <th scope="row" className="figure nowrap">
                    {look.section} / {look.line}
                  </th>
                  <td className="mono small">{look.person}</td>
                  <td>
                    {findingName(messages.dispositions, look.found)} <span className="mono small muted">{look.found.voter}</span>
                  </td>
                  <td>
                    {findingName(messages.dispositions, look.expected)} <span className="mono small muted">{look.expected.voter}</span>
                    <span className="block small muted">{named(messages.oversight.kinds, look.kind)}</span>
                  </td>
                  <td className="small">{format.moment(look.at)}</td>
                  <td className="right">
                    {look.kind === "known" ? null : (
                      <Button small onPress={() => setSettling(look)} aria-label={messages.known.fromLine(look.section, look.line)}>
                        {messages.known.fromHere}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {hasNextPage ? (
          <Button small isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            {messages.oversight.more}
          </Button>
        ) : null}
      </div>
      {settling === null ? null : <KnowDialog name={name} from={{ line: settling, answer: settling.expected }} onClose={() => setSettling(null)} />}
    </section>
  );
}
