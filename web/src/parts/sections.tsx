/** The ways to the sections of a screen. */
import { Link, useLocation } from "wouter";
import { useFormat } from "../messages";

export interface Way {
  to: string;
  text: string;
  /** How much waits there, where something does. */
  waiting?: number;
}

export function SectionLinks({ label, ways }: { label: string; ways: readonly Way[] }) {
  const [here] = useLocation();
  const { number } = useFormat();
  return (
    <nav className="sections" aria-label={label}>
      {ways.map(({ to, text, waiting }) => (
        <Link key={to} href={to} aria-current={here === to ? "page" : undefined}>
          {text}
          {waiting ? <span className="chip tab-count">{number(waiting)}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
