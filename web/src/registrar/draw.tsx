/** The public sample, as it is drawn before everybody’s eyes: one step after another, in letters that can be read across a room. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import type { Rolled } from "./dice";
import { Dice } from "./dice-entry";
import { Drawn } from "./drawn";
import { LawAndSeal, Root } from "./seal";
import { useSample, type PublicSample } from "./queries";
import { Result } from "./result";

const STEPS = ["law", "seal", "dice", "drawn", "result"] as const;
type StepName = (typeof STEPS)[number];

/** How far a sample has come: the step at which something is to be done or seen now. */
function reached(sample: PublicSample): StepName {
  if (sample.projection) return "result";
  if (sample.seed) return "drawn";
  return sample.sealed ? "seal" : "law";
}

export function Draw({ name }: { name: string }) {
  const messages = useMessages().draw;
  const { data, error, refetch } = useSample(name);
  const [chosen, choose] = useState<StepName | null>(null);
  const [rolled, setRolled] = useState<Rolled | null>(null);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  const current = chosen ?? reached(data);
  const open: Record<StepName, boolean> = { law: true, seal: Boolean(data.sealed), dice: Boolean(data.sealed), drawn: Boolean(data.seed), result: Boolean(data.seed) };
  return (
    <div className="ceremony stack">
      <div className="ceremony-bar no-print">
        <ol>
          {STEPS.map((step, index) => (
            <li key={step}>
              <button type="button" className="ceremony-step" aria-current={step === current ? "step" : undefined} disabled={!open[step]} onClick={() => choose(step)}>
                <span aria-hidden="true">{index + 1}</span> {messages.steps[step]}
              </button>
            </li>
          ))}
        </ol>
        <Button small onPress={() => void document.documentElement.requestFullscreen().catch(() => undefined)}>
          {messages.large}
        </Button>
      </div>
      {data.void_draws > 0 ? <p className="muted">{messages.voids(data.void_draws)}</p> : null}
      <section className="card ceremony-card" aria-labelledby="ceremony-step">
        <h2 id="ceremony-step">
          <span className="muted">{messages.step(STEPS.indexOf(current) + 1)}</span> {messages.steps[current]}
        </h2>
        {current === "law" ? <LawAndSeal name={name} sample={data} onSealed={() => choose("seal")} /> : null}
        {current === "seal" ? <Root sample={data} next={data.seed ? null : () => choose("dice")} /> : null}
        {current === "dice" ? <Dice name={name} sample={data} rolled={rolled} onRolled={setRolled} onDrawn={() => choose("drawn")} /> : null}
        {current === "drawn" ? <Drawn name={name} sample={data} /> : null}
        {current === "result" ? <Result name={name} sample={data} /> : null}
      </section>
    </div>
  );
}
