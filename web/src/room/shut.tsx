/** What is shown in place of the room to somebody who is not let in: why, and what to do. */
import type { Refusal } from "../api/client";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";

interface Refused {
  refusal: Refusal;
  busy: boolean;
  ask: () => void;
}

export function Shut({ refusal, busy, ask }: Refused) {
  const messages = useMessages().roomShut;
  const texts = { not_in_room: messages.not_in_room, deposit_due: messages.deposit_due, not_permitted: messages.not_permitted, wrong_state: messages.wrong_state };
  const { title, text, next } = texts[refusal.code as keyof typeof texts] ?? messages.room_closed;
  return (
    <div className="shut" role="alert">
      <Door />
      <h1>{title}</h1>
      <p>{text}</p>
      <p className="muted">
        {messages.server}: <span lang="en">{refusal.detail}.</span>
      </p>
      <p>{next}</p>
      <Button look="primary" isPending={busy} onPress={ask}>
        {messages.again}
      </Button>
      <p className="muted small">{messages.asks}</p>
    </div>
  );
}

function Door() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8 28V5.5A1.5 1.5 0 0 1 9.5 4h13A1.5 1.5 0 0 1 24 5.5V28M4.5 28h23M19.5 16.5v1" />
    </svg>
  );
}
