/** One line as it is shown in the room: what stands on it, why it does not count, and of the voters beside it what may be seen. */
import { useState } from "react";
import { Refusal } from "../api/client";
import { named, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { OnPetition, type ImagesOf } from "../parts/line-images";
import { nextZoom, type Zoom } from "../parts/viewer";
import type { Line, ShownLine, VoterInRoom } from "./inside";
import { imagesOf, References } from "./pictures";
import { useReasons } from "./reasons";

interface Viewed {
  /** The case. */
  name: string;
  shown: ShownLine | undefined;
  error: unknown;
  /** The line as the list has it, which is there before the line itself is. */
  listed: Line | undefined;
  retry: () => void;
}

export function LineView({ name, shown, error, listed, retry }: Viewed) {
  const [messages, reasonName] = [useMessages(), useReasons()];
  const [zoom, setZoom] = useState<Zoom>(1);
  if (error instanceof Refusal && error.code === "not_found") {
    return (
      <Notice tone="told">
        <strong>{messages.roomLines.goneTitle}.</strong> {messages.roomLines.goneText}
      </Notice>
    );
  }
  if (error !== null) return <Failed error={error} retry={retry} />;
  if (shown === undefined) {
    return (
      <div className="card empty">
        {listed === undefined ? null : <h2>{reasonName(listed.reason)}</h2>}
        <p>{messages.roomLines.turn}</p>
      </div>
    );
  }
  const picture = imagesOf(name, shown);
  return (
    <>
      <Written line={shown} picture={picture} zoom={zoom} onZoom={() => setZoom(nextZoom(zoom))} />
      <Reasons line={shown} />
      <Voters line={shown} picture={picture} zoom={zoom} />
    </>
  );
}

interface Pictured {
  line: ShownLine;
  picture: ImagesOf;
  zoom: Zoom;
}

function Written({ line, picture, zoom, onZoom }: Pictured & { onZoom: () => void }) {
  const messages = useMessages();
  const parts: [string, string][] = [
    [messages.work.name, line.printed_name],
    [messages.work.address, [line.address, [line.city, line.zip].filter(Boolean).join(" ")].filter(Boolean).join(", ")],
    [messages.work.dateSigned, line.date_signed],
  ];
  return (
    <section className="card">
      <header>
        <h2>{messages.roomLines.petition}</h2>
        <span className="muted small">{messages.roomLines.page(line.page)}</span>
        <Button small look="quiet" onPress={onZoom}>
          {messages.pictures.zoom} {zoom}×
        </Button>
      </header>
      <OnPetition of={picture} zoom={zoom} />
      <dl className="written-line">
        {parts.map(([what, text]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{text === "" ? <span className="muted">{what === messages.work.dateSigned ? messages.work.noDate : messages.work.notWritten}</span> : text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Reasons({ line }: { line: ShownLine }) {
  const [messages, name] = [useMessages(), useReasons()];
  return (
    <section className="card">
      <header>
        <h2>{messages.roomLines.why}</h2>
        <span className="muted small">{named(messages.categories, line.category)}</span>
      </header>
      <ol className="why">
        {line.reasons.map((reason, index) => (
          <li key={`${reason.reason} ${index}`}>
            <p>
              <strong>{name(reason.reason)}</strong>{" "}
              {line.reasons.length === 1 ? null : <span className={index === 0 ? "chip bad" : "chip"}>{index === 0 ? messages.roomLines.primary : messages.roomLines.further}</span>}
            </p>
            {reason.title === name(reason.reason) ? null : <p lang="en">{reason.title}</p>}
            <p className="small muted" lang="en">
              {reason.citation} · {reason.grounds}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Voters({ line, picture, zoom }: Pictured) {
  const messages = useMessages().roomLines;
  const onPaper = line.voters.some((voter) => voter.reference_signatures.length > voter.reference_images);
  return (
    <section className="card">
      <header>
        <h2>{messages.voters}</h2>
      </header>
      {line.voters.length === 0 ? <p className="inset-all muted">{messages.nobody}</p> : null}
      <ul className="shown-voters">
        {line.voters.map((voter, index) => (
          <li key={index}>
            <Voter of={voter} />
            <References of={picture} voter={voter} place={index + 1} zoom={zoom} />
          </li>
        ))}
      </ul>
      {onPaper ? <p className="small muted inset-all">{messages.pictures}</p> : null}
      {line.voters.length === 0 ? null : (
        <div className="masked-rest">
          <p className="small">
            <strong>{messages.maskedRest}.</strong> <span className="muted">{messages.maskedWhy}</span>
          </p>
          <ul>
            {messages.maskedFields.map((field) => (
              <li key={field} className="small">
                {field} <Mask />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Voter({ of }: { of: VoterInRoom }) {
  const messages = useMessages().roomLines;
  return (
    <>
      <p>
        <strong className="voter-name">{of.name}</strong> <span className={of.found ? "chip accent" : "chip"}>{of.found ? messages.found : messages.proposed}</span>
      </p>
      <dl className="terms">
        <div>
          <dt>{messages.address}</dt>
          <dd>
            {of.addresses?.[0] ?? (
              <>
                <Mask /> <span className="small muted">{of.found ? messages.maskedAddress : messages.maskedOther}</span>
              </>
            )}
          </dd>
        </div>
        {of.addresses?.slice(1).map((address) => (
          <div key={address}>
            <dt>{messages.previous}</dt>
            <dd>{address}</dd>
          </div>
        ))}
        <div>
          <dt>{messages.referencesLabel}</dt>
          <dd>{messages.references(of.reference_signatures.length)}</dd>
        </div>
      </dl>
    </>
  );
}

/** Something that is on record and not shown. */
function Mask() {
  const { masked } = useMessages().roomLines;
  return (
    <span className="mask">
      <span className="unseen">{masked}</span>
    </span>
  );
}
