/** The dice: groups of digits, each rolled by somebody who is named and read back from the screen. Nothing is sent before all of them stand. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { has, useWho } from "../session/session";
import { isWhole, lengthOf, pieces, places, rolledFor, seedOf, type Group, type Place, type Rolled } from "./dice";
import { useSampleStep, type PublicSample } from "./queries";

interface Rolling {
  name: string;
  sample: PublicSample;
  /** What was rolled so far. It is kept by the screen around the steps, so that a look at another one loses nothing. */
  rolled: Rolled | null;
  onRolled: (rolled: Rolled) => void;
  onDrawn: () => void;
}

export function Dice({ name, sample, rolled, onRolled, onDrawn }: Rolling) {
  const messages = useMessages().draw;
  const who = useWho();
  if (sample.seed) return <Seed seed={sample.seed} />;
  if (!sample.sealed) return <p>{messages.notSealed}</p>;
  if (!has(who, name, "registrar")) return <p>{messages.sealedNotDrawn}</p>;
  const { root, seed_digits: digits } = sample.sealed;
  return <Entry name={name} digits={digits} rolled={rolledFor(root, places(digits), rolled)} onRolled={onRolled} onDrawn={onDrawn} />;
}

function Seed({ seed }: { seed: string }) {
  const messages = useMessages().draw;
  return (
    <>
      <p className="muted">{messages.seed}</p>
      <p className="seed mono">{pieces(seed).join(" ")}</p>
    </>
  );
}

interface Entering {
  name: string;
  digits: number;
  rolled: Rolled;
  onRolled: (rolled: Rolled) => void;
  onDrawn: () => void;
}

function Entry({ name, digits, rolled, onRolled, onDrawn }: Entering) {
  const messages = useMessages();
  const all = places(digits);
  const { root, groups, note } = rolled;
  const [asking, setAsking] = useState(false);
  const draw = useSampleStep(name);
  const first = groups.findIndex(({ right }) => !right);
  const change = (index: number, what: Partial<Group>) =>
    // Digits that change have to be read back again.
    onRolled({ ...rolled, groups: groups.map((group, at) => (at === index ? { ...group, right: false, ...what } : group)) });
  const seed = seedOf(groups, all);
  const stand = groups.filter((group, index) => group.right && all[index] !== undefined && isWhole(group, all[index])).reduce((sum, group) => sum + group.digits.length, 0);
  const carryOut = () => {
    if (seed === null) return;
    const rolls = groups.map((group, index) => messages.draw.noteOf(all[index]?.from ?? 0, all[index]?.to ?? 0, group.by.trim()));
    const words = [...rolls, note.trim()].filter(Boolean).join("; ");
    draw.mutate({ step: "draw", root, seed, note: words.slice(0, 2000), size: null }, { onSuccess: onDrawn });
  };
  return (
    <>
      <p className="prose">{messages.draw.diceText(digits)}</p>
      <ol className="dice-groups">
        {all.map((place, index) => (
          <li key={place.from}>
            <GroupEntry place={place} group={groups[index] ?? { digits: "", by: "", right: false }} change={(what) => change(index, what)} first={index === first} />
          </li>
        ))}
      </ol>
      <div className="ceremony-act stack">
        <Field label={messages.draw.note} help={messages.draw.noteHelp} value={note} onChange={(note) => onRolled({ ...rolled, note })} maxLength={800} />
        <p role="status">{messages.draw.standing(stand, digits)}</p>
        <div className="buttons">
          <Button look="primary" isDisabled={seed === null} onPress={() => setAsking(true)}>
            {messages.draw.draw}
          </Button>
        </div>
      </div>
      {asking && seed !== null ? (
        <Dialog title={messages.draw.drawTitle} urgent wide onClose={() => setAsking(false)}>
          {draw.error === null ? null : <Failed error={draw.error} />}
          <p className="seed mono">{pieces(seed).join(" ")}</p>
          <p>{messages.draw.drawText}</p>
          <div className="buttons">
            <Button onPress={() => setAsking(false)} autoFocus>
              {messages.cancel}
            </Button>
            <Button look="primary" isPending={draw.isPending} onPress={carryOut}>
              {messages.draw.draw}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

interface GroupAt {
  place: Place;
  group: Group;
  change: (what: Partial<Group>) => void;
  first: boolean;
}

function GroupEntry({ place, group, change, first }: GroupAt) {
  const messages = useMessages().draw;
  const whole = isWhole(group, place);
  const length = lengthOf(place);
  const wrong = group.digits.length > length || /[^0-9]/.test(group.digits);
  return (
    <fieldset className={group.right ? "dice-group right" : "dice-group"}>
      <legend className="legend">{messages.group(place.from, place.to)}</legend>
      {group.right ? (
        <>
          <p className="seed mono">{group.digits}</p>
          <p className="muted">
            {messages.rolledBy} {group.by}
          </p>
          <Button small onPress={() => change({ right: false })}>
            {messages.change}
          </Button>
        </>
      ) : (
        <>
          <Field
            label={messages.digits}
            error={wrong ? messages.badDigits(length) : undefined}
            value={group.digits}
            onChange={(text) => change({ digits: text.replace(/\s/g, "") })}
            inputMode="numeric"
            autoComplete="off"
            autoFocus={first}
            mono
          />
          <Field label={messages.rolledBy} value={group.by} onChange={(by) => change({ by })} autoComplete="off" maxLength={100} />
          <Check label={messages.readBack} checked={group.right} isDisabled={!whole} onChange={(right) => change({ right })} />
        </>
      )}
    </fieldset>
  );
}
