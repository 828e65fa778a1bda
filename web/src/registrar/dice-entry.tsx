/** The dice: groups of digits, each rolled by somebody who is named and read back from the screen. Nothing is sent before all of them stand. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { has, useWho } from "../session/session";
import { isWhole, lengthOf, pieces, places, seedOf, type Group, type Place } from "./dice";
import { useSampleStep, type PublicSample } from "./queries";

interface Rolling {
  name: string;
  sample: PublicSample;
  onDrawn: () => void;
}

export function Dice({ name, sample, onDrawn }: Rolling) {
  const messages = useMessages().draw;
  const who = useWho();
  if (sample.seed) return <Seed seed={sample.seed} />;
  if (!sample.sealed) return <p>{messages.notSealed}</p>;
  if (!has(who, name, "registrar")) return <p>{messages.sealedNotDrawn}</p>;
  return <Entry name={name} root={sample.sealed.root} digits={sample.sealed.seed_digits} onDrawn={onDrawn} />;
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

function Entry({ name, root, digits, onDrawn }: { name: string; root: string; digits: number; onDrawn: () => void }) {
  const messages = useMessages();
  const all = places(digits);
  const [groups, setGroups] = useState<Group[]>(() => all.map(() => ({ digits: "", by: "", right: false })));
  const [note, setNote] = useState("");
  const [asking, setAsking] = useState(false);
  const draw = useSampleStep(name);
  const change = (index: number, what: Partial<Group>) =>
    // Digits that change have to be read back again.
    setGroups((now) => now.map((group, at) => (at === index ? { ...group, right: false, ...what } : group)));
  const seed = seedOf(groups, all);
  const stand = groups.filter((group, index) => group.right && all[index] !== undefined && isWhole(group, all[index])).reduce((sum, group) => sum + group.digits.length, 0);
  const carryOut = () => {
    if (seed === null) return;
    const rolled = groups.map((group, index) => messages.draw.noteOf(all[index]?.from ?? 0, all[index]?.to ?? 0, group.by.trim()));
    const words = [...rolled, note.trim()].filter(Boolean).join("; ");
    draw.mutate({ step: "draw", root, seed, note: words.slice(0, 2000), size: null }, { onSuccess: onDrawn });
  };
  return (
    <>
      <p className="prose">{messages.draw.diceText(digits)}</p>
      <ol className="dice-groups">
        {all.map((place, index) => (
          <li key={place.from}>
            <GroupEntry place={place} group={groups[index] ?? { digits: "", by: "", right: false }} change={(what) => change(index, what)} first={index === 0} />
          </li>
        ))}
      </ol>
      <div className="ceremony-act stack">
        <Field label={messages.draw.note} help={messages.draw.noteHelp} value={note} onChange={setNote} maxLength={800} />
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
