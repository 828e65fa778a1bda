/** The dispositions, one key each. */
import type { Found, StageName } from "../api/client";
import { findingName, useMessages } from "../messages";
import { Button, Key } from "../parts/controls";
import { dispositionsAt, type Disposition, type DispositionGroup } from "./dispositions";

interface Deciding {
  stage: StageName;
  /** Whether more of the line has to be seen before anything can be found on it. */
  locked: boolean;
  found: Found | null;
  note: string;
  /** Whether a voter is chosen, without whom some findings say nothing. */
  voterChosen: boolean;
  onDecide: (disposition: Disposition) => void;
  onNote: () => void;
}

export function Decide({ stage, locked, found, note, voterChosen, onDecide, onNote }: Deciding) {
  const messages = useMessages();
  const dispositions = dispositionsAt(stage);
  const groups: (DispositionGroup | null)[] = [null, "signature", "registration", "line"];
  const taken = found === null ? null : (found.reason ?? found.disposition);
  return (
    <section className="decide" aria-label={messages.work.decide}>
      {groups.map((group) => {
        const members = dispositions.filter((disposition) => disposition.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group ?? "valid"} role="group" aria-label={group === null ? undefined : messages.dispositionGroups[group]}>
            {group === null ? null : <p className="list-head">{messages.dispositionGroups[group]}</p>}
            {members.map((disposition) => (
              <button
                key={disposition.name}
                type="button"
                className={`disposition ${disposition.name === "valid" ? "valid" : "invalid"}${disposition.namesVoter && !voterChosen ? " unready" : ""}`}
                aria-pressed={taken === disposition.name}
                aria-keyshortcuts={disposition.key}
                disabled={locked}
                onClick={() => onDecide(disposition)}
              >
                <span>{messages.dispositions[disposition.name]}</span>
                <span>
                  {disposition.name === "valid" ? <Key>⏎</Key> : null} <Key>{disposition.key.toUpperCase()}</Key>
                </span>
              </button>
            ))}
          </div>
        );
      })}
      <div className="note-line">
        {note === "" ? null : <p className="small quote">{note}</p>}
        <Button small look="quiet" onPress={onNote} hotkey="M">
          {note === "" ? messages.work.noteAdd : messages.work.note}
        </Button>
      </div>
      {found === null ? null : (
        <p className="small muted">
          {messages.work.yours}: <strong>{findingName(messages.dispositions, found)}</strong>
        </p>
      )}
    </section>
  );
}
