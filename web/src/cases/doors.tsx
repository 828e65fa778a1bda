/** The ways from where a case stands to what a person may do in it, by their duties. */
import { Link } from "wouter";
import type { Role } from "../api/client";
import { useMessages } from "../messages";
import { has, useWho } from "../session/session";

const WATCHERS: Role[] = ["supervisor", "registrar", "observer"];
const DOORS = [
  { door: "receive", to: "intake/receive", roles: ["intake"] },
  { door: "sections", to: "intake", roles: ["intake", "supervisor", "registrar"] },
  { door: "count", to: "intake/count", roles: ["intake", "registrar"] },
  { door: "keying", to: "intake/keying", roles: ["intake"] },
  { door: "conflicts", to: "intake/conflicts", roles: ["supervisor"] },
  { door: "lookup", to: "registrar/lookup", roles: ["supervisor", "registrar"] },
  { door: "sample", to: "registrar/sample", roles: WATCHERS },
  { door: "certificate", to: "registrar/certificate", roles: WATCHERS },
  { door: "course", to: "registrar", roles: WATCHERS },
] as const;

export function Doors({ name }: { name: string }) {
  const [messages, who] = [useMessages().doors, useWho()];
  const open = DOORS.filter(({ roles }) => has(who, name, ...roles));
  if (open.length === 0) return null;
  return (
    <nav className="card" aria-label={messages.title}>
      <ul className="stages doors">
        {open.map(({ door, to }) => (
          <li key={door}>
            <Link href={`/cases/${name}/${to}`} className="stage-link">
              <strong>{messages[door]}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
