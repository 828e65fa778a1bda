/** What the law asks of the sample, and the seal on the list of all lines: its root, to be read out. */
import { useState } from "react";
import { named, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { has, useWho } from "../session/session";
import { pieces } from "./dice";
import { useSampleStep, type PublicSample } from "./queries";

interface Sealing {
  name: string;
  sample: PublicSample;
  onSealed: () => void;
}

export function LawAndSeal({ name, sample, onSealed }: Sealing) {
  const messages = useMessages();
  const who = useWho();
  const law = sample.law;
  if (!law) return <p>{messages.draw.noLaw}</p>;
  return (
    <>
      <p className="ceremony-figure">{messages.draw.sizeOf(law.size)}</p>
      {law.every_line ? <p>{messages.draw.everyLine}</p> : null}
      <ol className="formula" lang="en">
        {law.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="muted">
        <span lang="en">{law.citation}</span> {law.status === "confirmed" ? null : <span className="chip caution">{named(messages.clock.statuses, law.status)}</span>}
      </p>
      {sample.sealed || !has(who, name, "registrar") ? null : <Seal name={name} least={law.size} onSealed={onSealed} />}
    </>
  );
}

function Seal({ name, least, onSealed }: { name: string; least: number; onSealed: () => void }) {
  const messages = useMessages();
  const seal = useSampleStep(name);
  const [size, setSize] = useState(String(least));
  const [asking, setAsking] = useState(false);
  const wanted = /^\d{1,9}$/.test(size.trim()) ? Number(size) : 0;
  const bad = wanted < least;
  const carryOut = () => seal.mutate({ step: "seal", size: wanted === least ? null : wanted }, { onSuccess: onSealed });
  return (
    <div className="stack ceremony-act">
      <p className="prose">{messages.draw.sealText}</p>
      <Field
        label={messages.draw.size}
        help={messages.draw.sizeHelp}
        error={bad ? messages.draw.badSize(least) : undefined}
        value={size}
        onChange={setSize}
        inputMode="numeric"
        autoComplete="off"
      />
      <div className="buttons">
        <Button look="primary" onPress={() => setAsking(true)} isDisabled={bad}>
          {messages.draw.seal}
        </Button>
      </div>
      {asking ? (
        <Dialog title={messages.draw.sealTitle} urgent onClose={() => setAsking(false)}>
          {seal.error === null ? null : <Failed error={seal.error} />}
          <p>{messages.draw.sealText}</p>
          <p>
            <strong>{messages.draw.sizeOf(wanted)}</strong>
          </p>
          <div className="buttons">
            <Button onPress={() => setAsking(false)} autoFocus>
              {messages.cancel}
            </Button>
            <Button look="primary" isPending={seal.isPending} onPress={carryOut}>
              {messages.draw.seal}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}

/** The root in rows of four pieces, so that a room can write it down. */
export function Root({ sample, next }: { sample: PublicSample; next: (() => void) | null }) {
  const messages = useMessages().draw;
  if (!sample.sealed) return <p>{messages.notSealed}</p>;
  const rows = pieces(sample.sealed.root, 16);
  return (
    <>
      <p className="prose">{messages.rootText(sample.sealed.lines)}</p>
      <p className="unseen">{messages.root}:</p>
      <ol className="root-rows mono">
        {rows.map((row, index) => (
          <li key={index} aria-label={`${messages.row(index + 1)}: ${pieces(row).join(" ")}`}>
            <span className="muted root-row" aria-hidden="true">
              {index + 1}
            </span>
            {pieces(row).map((piece, place) => (
              <span key={place} aria-hidden="true">
                {piece}
              </span>
            ))}
          </li>
        ))}
      </ol>
      <p className="muted">{messages.sizeOf(sample.sealed.size)}</p>
      {next === null ? null : (
        <div className="buttons no-print">
          <Button look="primary" onPress={next}>
            {messages.steps.dice}
          </Button>
        </div>
      )}
    </>
  );
}
