/** The sign of the program. */
import { Link } from "wouter";
import { useMessages } from "../messages";

export function Brand() {
  return (
    <Link href="/" className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" />
        <path d="M7 16.5l5.5 5.5L25 8.5M7 27h18" />
      </svg>
      {useMessages().product}
    </Link>
  );
}
