/** Whether an account is opened by single sign-on, where the office has one. */
import type { Account } from "../api/client";
import { useMessages } from "../messages";
import { Check } from "../parts/controls";
import { Failed } from "../parts/told";
import { useWays } from "../session/ways";
import { useChange } from "./queries";

export function SignOnCard({ person }: { person: Account }) {
  const messages = useMessages().signOn;
  const name = useWays()?.sign_on;
  const change = useChange(person.account);
  if (name === undefined || name === null) return null;
  return (
    <section className="card">
      <header>
        <h2>{messages.title(name)}</h2>
        <span className="muted small">{messages.states[person.sign_on]}</span>
      </header>
      <div className="body stack">
        <p className="muted small">{messages.text}</p>
        {change.error === null ? null : <Failed error={change.error} />}
        <Check
          label={messages.allowed}
          checked={person.sign_on !== "off"}
          isDisabled={change.isPending}
          onChange={(allowed) => change.mutate({ what: "sign_on", allowed })}
        />
      </div>
    </section>
  );
}
