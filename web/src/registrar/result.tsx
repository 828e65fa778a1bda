/** What the sample says of the whole: the law’s formula step by step, and statistics beside it. */
import { useState } from "react";
import { named, useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed } from "../parts/told";
import { has, useWho } from "../session/session";
import { useSampleStep, type PublicSample } from "./queries";

export function Result({ name, sample }: { name: string; sample: PublicSample }) {
  const messages = useMessages();
  const words = messages.draw;
  const projection = sample.projection;
  const who = useWho();
  const figures: [string, number][] = [
    [words.valid, sample.valid],
    [words.invalid, sample.invalid],
    [words.duplicates, sample.duplicates],
    [words.undecided, sample.undecided],
  ];
  return (
    <>
      {projection ? <p className="ceremony-figure">{named(messages.verdicts, projection.verdict)}</p> : <p className="ceremony-figure">{words.waits(sample.undecided)}</p>}
      <Figures of={figures} />
      {projection ? <Formula of={projection} /> : null}
      {sample.beside ? <Beside of={sample.beside} /> : null}
      {projection?.verdict === "next_sample" && sample.sealed && sample.seed && has(who, name, "registrar") ? (
        <Further name={name} root={sample.sealed.root} seed={sample.seed} drawn={sample.drawn} />
      ) : null}
    </>
  );
}

function Figures({ of }: { of: [string, number | string][] }) {
  const { number } = useFormat();
  return (
    <dl className="ceremony-figures">
      {of.map(([what, value]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd className="figure">{typeof value === "number" ? number(value) : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Formula({ of }: { of: NonNullable<PublicSample["projection"]> }) {
  const messages = useMessages().draw;
  const figures: [string, number | string][] = [
    ...(typeof of.projected_valid === "number" ? [[messages.projected, of.projected_valid] as [string, number]] : []),
    [messages.required, of.required],
    ...(of.percent_of_required ? [[messages.percent, `${of.percent_of_required.replace(/%$/, "")} %`] as [string, string]] : []),
    ...(typeof of.duplicate_penalty === "number" ? [[messages.penalty, of.duplicate_penalty] as [string, number]] : []),
  ];
  return (
    <>
      <Figures of={figures} />
      <h3>{messages.formula}</h3>
      <table className="table formula-table">
        <tbody>
          {of.steps.map(({ what, value }, index) => (
            <tr key={index}>
              <th scope="row" lang="en">
                {what}
              </th>
              <td className="right">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Beside({ of }: { of: NonNullable<PublicSample["beside"]> }) {
  const messages = useMessages().draw;
  return (
    <section className="beside" aria-labelledby="draw-beside">
      <h3 id="draw-beside">{messages.beside}</h3>
      <p className="muted">{messages.besideText}</p>
      <Figures
        of={[
          [messages.proportion, of.proportion],
          [messages.error, of.standard_error],
          [messages.interval, messages.between(of.from, of.to)],
        ]}
      />
    </section>
  );
}

/** A further sample by the same seed: the lines drawn before are its first ones. */
function Further({ name, root, seed, drawn }: { name: string; root: string; seed: string; drawn: number }) {
  const messages = useMessages().draw;
  const draw = useSampleStep(name);
  const [size, setSize] = useState("");
  const wanted = /^\d{1,9}$/.test(size.trim()) ? Number(size) : 0;
  const bad = size !== "" && wanted <= drawn;
  return (
    <form
      className="stack ceremony-act"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted > drawn) draw.mutate({ step: "draw", root, seed, note: "", size: wanted });
      }}
    >
      {draw.error === null ? null : <Failed error={draw.error} />}
      <Field label={messages.furtherSize} error={bad ? messages.badSize(drawn + 1) : undefined} value={size} onChange={setSize} inputMode="numeric" autoComplete="off" />
      <div className="buttons">
        <Button type="submit" look="primary" isPending={draw.isPending}>
          {messages.further}
        </Button>
      </div>
    </form>
  );
}
