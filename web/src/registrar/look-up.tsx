/** Looking the lines up in the roll, part after part. The first part fixes the roll for the case. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { components } from "../api/schema";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { lookUp, useRolls, type LookedUp } from "./queries";

type Roll = components["schemas"]["GivenRoll"];

export function LookUp({ name }: { name: string }) {
  const messages = useMessages().lookup;
  const { data, error, refetch } = useRolls(name);
  const [asking, setAsking] = useState<Roll | null>(null);
  const work = useLookingUp(name);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  const fixed = data.find(({ sealed }) => sealed);
  const begin = (roll: Roll) => (fixed === undefined ? setAsking(roll) : work.begin(roll.digest));
  return (
    <>
      <p className="muted prose">{messages.text}</p>
      {work.failure === null ? null : <Failed error={work.failure} />}
      {data.length === 0 ? <Notice tone="caution">{messages.none}</Notice> : null}
      {data.map((roll) => (
        <section key={roll.digest} className="card">
          <header>
            <h2>{messages.roll}</h2>
            {roll.sealed ? <span className="chip good">{messages.fixed}</span> : null}
            {fixed !== undefined && !roll.sealed ? <span className="chip">{messages.other}</span> : null}
          </header>
          <div className="body stack">
            <RollFigures of={roll} />
            {roll.sealed && work.done !== null ? <Progress of={work.done} /> : null}
            {fixed === undefined || roll.sealed ? (
              <div className="buttons">
                {work.busy ? (
                  <Button onPress={work.stop}>{messages.stop}</Button>
                ) : (
                  <Button look="primary" onPress={() => begin(roll)} isDisabled={work.done !== null && work.done.searched >= work.done.lines}>
                    {work.done === null ? messages.begin : messages.goOn}
                  </Button>
                )}
              </div>
            ) : null}
          </div>
        </section>
      ))}
      {asking === null ? null : (
        <Dialog title={messages.fixTitle} urgent onClose={() => setAsking(null)}>
          <p>{messages.fixText(asking.voters)}</p>
          <p className="mono small digest">{asking.digest}</p>
          <Answers
            yes={messages.fix}
            onYes={() => {
              work.begin(asking.digest);
              setAsking(null);
            }}
            onNo={() => setAsking(null)}
          />
        </Dialog>
      )}
    </>
  );
}

function Answers({ yes, onYes, onNo }: { yes: string; onYes: () => void; onNo: () => void }) {
  const messages = useMessages();
  return (
    <div className="buttons">
      <Button onPress={onNo} autoFocus>
        {messages.cancel}
      </Button>
      <Button look="primary" onPress={onYes}>
        {yes}
      </Button>
    </div>
  );
}

function RollFigures({ of }: { of: Roll }) {
  const messages = useMessages().lookup;
  const { number } = useFormat();
  return (
    <>
      <dl className="clock-figures">
        <div>
          <dt>{messages.voters}</dt>
          <dd className="figure">{number(of.voters)}</dd>
        </div>
        <div>
          <dt>{messages.active}</dt>
          <dd className="figure">{number(of.active)}</dd>
        </div>
      </dl>
      <p className="mono small muted digest">{of.digest}</p>
    </>
  );
}

function Progress({ of }: { of: LookedUp }) {
  const messages = useMessages().lookup;
  const share = of.lines === 0 ? 100 : (100 * of.searched) / of.lines;
  return (
    <div className="stack tight">
      <div className="meter" role="progressbar" aria-label={messages.title} aria-valuemin={0} aria-valuemax={of.lines} aria-valuenow={of.searched}>
        <span style={{ width: `${share}%` }} />
      </div>
      <p role="status">
        {messages.progress(of.searched, of.lines)} {of.searched >= of.lines ? messages.done : null}
      </p>
    </div>
  );
}

function useLookingUp(name: string) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<LookedUp | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const wanted = useRef(false);
  // Whoever leaves the screen stops the work; what is done stays done.
  useEffect(() => () => void (wanted.current = false), []);
  const begin = (roll: string) => {
    wanted.current = true;
    setBusy(true);
    setFailure(null);
    let first = true;
    const tell = (part: LookedUp) => {
      setDone(part);
      if (first) void queries.invalidateQueries({ queryKey: ["cases", name, "rolls"] });
      first = false;
    };
    lookUp(name, roll, () => wanted.current, tell)
      .catch(setFailure)
      .finally(() => {
        setBusy(false);
        void queries.invalidateQueries({ queryKey: ["cases", name] });
      });
  };
  return { busy, done, failure, begin, stop: () => void (wanted.current = false) };
}
