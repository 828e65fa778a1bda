/** Roles, case by case. */
import { useId, useState } from "react";
import type { Duties, Role } from "../api/client";
import { useMessages } from "../messages";
import { Button, Check } from "../parts/controls";

/** The roles that are held in a case. */
const CASE_ROLES: Role[] = ["intake", "reviewer", "supervisor", "registrar", "examiner", "observer"];

interface Held {
  duties: Duties;
  /** Names of cases to choose from. */
  cases: string[];
  onChange: (duties: Duties) => void;
}

export function DutiesEditor({ duties, cases, onChange }: Held) {
  const messages = useMessages();
  const places = Object.keys(duties).filter((place) => place !== "");
  const set = (place: string, roles: Role[]) => onChange({ ...duties, [place]: roles });
  const toggle = (place: string, role: Role, on: boolean) => {
    const held = duties[place] ?? [];
    set(place, on ? [...held, role] : held.filter((one) => one !== role));
  };
  return (
    <div className="stack">
      {places.map((place) => (
        <fieldset key={place} className="duty">
          <legend className="legend">
            {messages.person.case} <span className="mono">{place}</span>
          </legend>
          <div className="duty-roles">
            {CASE_ROLES.map((role) => (
              <Check
                key={role}
                label={messages.roles[role]}
                help={messages.roleTasks[role]}
                checked={duties[place]?.includes(role) ?? false}
                onChange={(on) => toggle(place, role, on)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <AddCase cases={cases.filter((name) => !places.includes(name))} add={(place) => places.includes(place) || set(place, [])} />
      <fieldset className="duty">
        <legend className="legend">{messages.person.office}</legend>
        <Check
          label={messages.person.administrator}
          help={messages.roleTasks.administrator}
          checked={duties[""]?.includes("administrator") ?? false}
          onChange={(on) => toggle("", "administrator", on)}
        />
      </fieldset>
    </div>
  );
}

function AddCase({ cases, add }: { cases: string[]; add: (place: string) => void }) {
  const messages = useMessages().person;
  const [name, setName] = useState("");
  const [input, names] = [useId(), useId()];
  const submit = () => {
    if (name.trim() !== "") add(name.trim());
    setName("");
  };
  return (
    <div className="field">
      <label htmlFor={input}>{messages.caseAdd}</label>
      <div className="add-case">
        <input
          id={input}
          className="input"
          list={names}
          value={name}
          aria-describedby={`${input}-help`}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            submit();
          }}
        />
        <datalist id={names}>
          {cases.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <Button onPress={submit} isDisabled={name.trim() === ""}>
          {messages.addCase}
        </Button>
      </div>
      <span id={`${input}-help`} className="help">
        {messages.caseHelp}
      </span>
    </div>
  );
}

/** Duties as they are sent: a case without a role is none. */
export function held(duties: Duties): Duties {
  return Object.fromEntries(Object.entries(duties).filter(([, roles]) => roles.length > 0));
}
