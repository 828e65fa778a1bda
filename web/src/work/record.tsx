/** What is written on the line beside the record of the voter who is chosen. */
import type { Candidate, Sheet, Voter } from "../api/client";
import { named, useFormat, useMessages } from "../messages";
import { Aligned } from "./aligned";
import { Waterfall } from "./waterfall";
import { waterfall } from "./evidence";

/** The address of a line as it is compared with a registered one: street, city, postal code. */
export function writtenAddress(sheet: Sheet): string {
  return [sheet.address, [sheet.city, sheet.zip].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

interface Shown {
  sheet: Sheet;
  voter: Voter | null;
  candidate: Candidate | null;
}

export function Record({ sheet, voter, candidate }: Shown) {
  const messages = useMessages();
  const format = useFormat();
  const previous = voter?.previous_address ?? null;
  const moved = candidate !== null && waterfall(candidate.evidence).atPreviousAddress;
  return (
    <div className="record">
      <section className="card comparison" aria-label={`${messages.work.petition}, ${messages.work.roll}`}>
        <Aligned anyOrder name={messages.work.name} written={sheet.printed_name} registered={voter?.name ?? null} />
        <Aligned name={messages.work.address} written={writtenAddress(sheet)} registered={voter?.address ?? null} dim={moved} />
        {previous === null ? null : <Aligned name={messages.work.previous} written={writtenAddress(sheet)} registered={previous} dim={!moved} />}
        <dl className="facts">
          {voter === null ? null : (
            <>
              <div>
                <dt>{messages.work.status}</dt>
                <dd>
                  <Status of={voter} />
                </dd>
              </div>
              <div>
                <dt>{messages.work.voter}</dt>
                <dd className="mono">{voter.voter}</dd>
              </div>
            </>
          )}
          <div>
            <dt>{messages.work.dateSigned}</dt>
            <dd>{sheet.date_signed === "" ? <span className="muted">{messages.work.noDate}</span> : <span className="mono">{sheet.date_signed}</span>}</dd>
          </div>
          {sheet.proposal ? (
            <div>
              <dt>{messages.work.proposal}</dt>
              <dd>
                {named(messages.proposals, sheet.proposal)} <span className="muted small">· {messages.work.proposalNote}</span>
              </dd>
            </div>
          ) : null}
        </dl>
      </section>
      {candidate === null ? null : (
        <section className="card evidence">
          <header>
            <h2>{messages.work.evidence}</h2>
            <span className="muted small">
              {messages.work.likely(format.share(candidate.ppm))} · {messages.work.evidenceNote}
            </span>
          </header>
          <Waterfall evidence={candidate.evidence} />
        </section>
      )}
    </div>
  );
}

export function Status({ of }: { of: Voter }) {
  const messages = useMessages();
  const { day } = useFormat();
  const tone = of.status === "active" ? "good" : of.status === "canceled" ? "bad" : "caution";
  const days = [
    of.registered_on ? messages.work.since(day(of.registered_on)) : null,
    of.canceled_on ? messages.work.canceledOn(day(of.canceled_on)) : null,
  ].filter((text) => text !== null);
  return (
    <>
      <span className={`chip ${tone}`}>{named(messages.statuses, of.status)}</span> {days.join(", ")}
    </>
  );
}
