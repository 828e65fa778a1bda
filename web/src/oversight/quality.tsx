/** People with their pace and agreement, what is laid down for their work, and looks that came to different answers. */
import { Fragment, useState } from "react";
import type { components } from "../api/schema";
import { findingName, named, useFormat, useMessages } from "../messages";
import { Button, More, Scrolling } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { KnowDialog } from "./know";
import { PolicyCard } from "./policy";
import { Sheets } from "./sheets";
import { useDisagreements, useQuality, type Disagreement } from "./queries";

type Reviewer = components["schemas"]["Reviewer"];
type Stretch = components["schemas"]["Stretch"];

export function Quality({ name }: { name: string }) {
  return (
    <>
      <People name={name} />
      <PolicyCard name={name} />
      <Disagreements name={name} />
      <Sheets name={name} />
    </>
  );
}

function People({ name }: { name: string }) {
  const messages = useMessages().oversight;
  const { data, error, refetch } = useQuality(name);
  return (
    <section className="card contained">
      <header>
        <h2>{messages.people}</h2>
        <span className="muted small">{messages.kappaHelp}</span>
      </header>
      <div className="body flush">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined && error === null ? <Waiting /> : null}
        {data?.length === 0 ? <p className="muted inset">{messages.nobody}</p> : null}
        {data === undefined || data.length === 0 ? null : (
          <Scrolling label={messages.people}>
            <table className="table drift">
              <thead>
                <tr>
                  <th scope="col" rowSpan={2}>
                    {messages.person}
                  </th>
                  {[messages.lines, messages.pace, messages.valid, messages.known, messages.second].map((what) => (
                    <th key={what} scope="colgroup" colSpan={2}>
                      {what}
                    </th>
                  ))}
                  <th scope="col" rowSpan={2} className="right">
                    {messages.kappa}
                  </th>
                </tr>
                <tr>
                  {[messages.inAll, messages.before, messages.before, messages.before, messages.before].map((stretch, index) => (
                    <Fragment key={index}>
                      <th scope="col" className="right">
                        {stretch}
                      </th>
                      <th scope="col" className="right">
                        {messages.recent}
                      </th>
                    </Fragment>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.map((reviewer) => (
                  <Person key={reviewer.person} of={reviewer} />
                ))}
              </tbody>
            </table>
          </Scrolling>
        )}
      </div>
    </section>
  );
}

/** One person: what was before beside the last day, so that it shows where somebody becomes faster or less sure. */
function Person({ of }: { of: Reviewer }) {
  const messages = useMessages().oversight;
  const { number, share } = useFormat();
  const both = [of.before, of.recent];
  const measures: ((stretch: Stretch) => string | null)[] = [
    ({ lines, hours }) => (hours === 0 ? null : number(Math.round(lines / hours))),
    ({ lines, valid_per_mille: valid }) => (lines === 0 ? null : share(1_000 * valid)),
    ({ known }) => (known.looks === 0 ? null : messages.agreed(known.agreed, known.looks)),
    ({ second }) => (second.looks === 0 ? null : messages.agreed(second.agreed, second.looks)),
  ];
  return (
    <tr>
      <th scope="row" className="mono small">
        {of.person}
      </th>
      <td className="right">{number(of.before.lines + of.recent.lines)}</td>
      <td className="right">{number(of.recent.lines)}</td>
      {measures.flatMap((measure, index) =>
        both.map((stretch, place) => (
          <td key={`${index} ${place}`} className="right">
            {measure(stretch) ?? <span className="muted">{messages.noneYet}</span>}
          </td>
        )),
      )}
      <td className="right">{typeof of.kappa === "number" ? (of.kappa / 1000).toFixed(2) : messages.noneYet}</td>
    </tr>
  );
}

function Disagreements({ name }: { name: string }) {
  const messages = useMessages();
  const format = useFormat();
  const list = useDisagreements(name);
  const { data, error, refetch } = list;
  const apart = data?.pages.flatMap(({ items }) => items) ?? [];
  const [settling, setSettling] = useState<Disagreement | null>(null);
  return (
    <section className="card">
      <header>
        <h2>{messages.oversight.apart}</h2>
      </header>
      <div className="body flush">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data !== undefined && apart.length === 0 ? <p className="muted inset">{messages.oversight.noneApart}</p> : null}
        {apart.length === 0 ? null : (
          <Scrolling label={messages.oversight.apart}>
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
          </Scrolling>
        )}
        <More small of={list} />
      </div>
      {settling === null ? null : <KnowDialog name={name} from={{ line: settling, answer: settling.expected }} onClose={() => setSettling(null)} />}
    </section>
  );
}
