/** One line that is looked up: what stands on it, who found what, and what it comes to. Every look is on record. */
import { useState, type FormEvent } from "react";
import { Link, useLocation } from "wouter";
import { findingName, named, useFormat, useMessages } from "../messages";
import { Button, Field, Scrolling } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { OnPetition } from "../parts/line-images";
import { nextZoom, type Zoom } from "../parts/viewer";
import { Status } from "../work/record";
import { typedLines } from "./acts";
import { useLine, type Line, type LineLookedUp } from "./queries";

export function LineLookUp({ name, line }: { name: string; line: Line | null }) {
  const messages = useMessages().lineLookUp;
  const [, go] = useLocation();
  const [text, setText] = useState(line === null ? "" : `${line.section}/${line.line}`);
  const { data, error, refetch } = useLine(name, line);
  const typed = typedLines(text);
  const wanted = typed?.length === 1 ? typed[0] : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted) go(`/cases/${name}/oversight/lines/${wanted.section}/${wanted.line}`);
  };
  return (
    <>
      <p className="muted">{messages.text}</p>
      <form className="look-up" onSubmit={submit} noValidate>
        <Field label={messages.line} placeholder="12/5" error={text.trim() !== "" && !wanted ? messages.badLine : undefined} value={text} onChange={setText} autoComplete="off" autoFocus={line === null} />
        <Button type="submit" look="primary" isDisabled={!wanted}>
          {messages.show}
        </Button>
      </form>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {line !== null && data === undefined && error === null ? <Waiting /> : null}
      {line !== null && data !== undefined ? <Shown key={`${line.section}/${line.line}`} name={name} at={line} of={data} /> : null}
    </>
  );
}

/** Where the images of a line that is looked up are. */
export const imageOf = (name: string, { section, line }: Line) => (what: string) => `/api/cases/${encodeURIComponent(name)}/lines/${section}/${line}/${what}`;

function Shown({ name, at, of }: { name: string; at: Line; of: LineLookedUp }) {
  const messages = useMessages();
  const words = messages.lineLookUp;
  const names = { ...messages.dispositions, ...messages.oversight.computed };
  const [zoom, setZoom] = useState<Zoom>(1);
  const written: [string, string][] = [
    [messages.work.name, of.printed_name],
    [messages.work.address, [of.address, of.city, of.zip].filter(Boolean).join(", ")],
    [messages.work.dateSigned, of.date_signed],
  ];
  return (
    <>
      <section className="card" aria-labelledby="looked-up">
        <header>
          <h2 id="looked-up">{messages.work.place(at.section, at.line)}</h2>
          <span className="muted small">{messages.keying.page(of.page)}</span>
          <Button small look="quiet" onPress={() => setZoom(nextZoom(zoom))}>
            {messages.pictures.zoom} {zoom}×
          </Button>
        </header>
        <OnPetition of={imageOf(name, at)} zoom={zoom} />
        <dl className="written-line">
          {written.map(([what, text]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{text === "" ? <span className="muted">{messages.work.notWritten}</span> : text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="card" aria-label={words.stands}>
        <header>
          <h2>{words.stands}</h2>
          <span className="chip">{named(words.states, of.state)}</span>
        </header>
        <div className="body stack">
          <p>
            {of.comes_to ? (
              <span className={of.comes_to.disposition === "valid" ? "chip good" : "chip bad"}>{findingName(names, of.comes_to)}</span>
            ) : (
              <span className="muted">{words.open}</span>
            )}{" "}
            {of.reasons.length > 1 ? <span className="muted small">{of.reasons.map((reason) => named(names, reason)).join(", ")}</span> : null}
          </p>
          {of.in_hand_of ? <p>{words.inHand(of.in_hand_of)}</p> : null}
          {of.voter ? (
            <p>
              {of.voter.name} <span className="mono small muted">{of.voter.voter}</span> <span className="muted small">{of.voter.address}</span> <Status of={of.voter} />
            </p>
          ) : null}
          <Looks of={of.looks} />
          <div className="buttons">
            <Link className="button" href={`/cases/${name}/oversight/accesses`}>
              {messages.oversight.sections.accesses}
            </Link>
          </div>
        </div>
      </section>
    </>
  );
}

function Looks({ of }: { of: LineLookedUp["looks"] }) {
  const messages = useMessages();
  const words = messages.lineLookUp;
  const { moment } = useFormat();
  if (of.length === 0) return <p className="muted">{words.noLooks}</p>;
  return (
    <Scrolling label={words.looks}>
      <table className="table">
        <caption className="unseen">{words.looks}</caption>
        <thead>
          <tr>
            <th scope="col">{messages.oversight.when}</th>
            <th scope="col">{messages.oversight.person}</th>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.note}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((look) => (
            <tr key={`${look.person} ${look.what} ${look.at}`}>
              <td className="small nowrap">{moment(look.at)}</td>
              <th scope="row" className="mono small">
                {look.person}
              </th>
              <td>{named(words.whats, look.what)}</td>
              <td>{FINDINGS.includes(look.what) ? named(messages.dispositions, look.note) : look.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** Looks that ended in a finding. */
const FINDINGS = ["found", "known", "second"];
