/** Where what was decided is: stored, on its way, or waiting for the connection. */
import { useEffect, useState } from "react";
import { serverNow } from "../api/client";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import type { WorkState } from "./work";

/** The time, again and again. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

export function Delivery({ outbox, retry }: { outbox: WorkState["outbox"]; retry: () => void }) {
  const messages = useMessages().delivery;
  const refused = [...outbox.entries.values()].filter((entry) => entry.delivery === "refused").length;
  if (outbox.halt === "connection") {
    return (
      <span className="delivery bad">
        <span role="status">{messages.offline(outbox.unsent)}</span>
        <NextTry at={outbox.nextTry} />
        <Button small onPress={retry}>
          {messages.now}
        </Button>
      </span>
    );
  }
  const [tone, text] =
    outbox.halt === "session"
      ? ["caution", messages.session(outbox.unsent)]
      : outbox.unsent > 0
        ? ["busy", messages.sending(outbox.unsent)]
        : refused > 0
          ? ["caution", messages.refused(refused)]
          : ["good", messages.stored];
  return (
    <span className={`delivery ${tone}`}>
      <span role="status">{text}</span>
    </span>
  );
}

/** How long it is until the connection is tried again. */
export function NextTry({ at }: { at: number | null }) {
  const messages = useMessages().delivery;
  const now = useNow(500);
  return at === null ? null : <span className="muted">{messages.nextTry(Math.max(0, Math.ceil((at - now) / 1000)))}</span>;
}

/** How near the end of a lease is worth a warning, in milliseconds. */
const SOON = 4 * 60_000;

export function Lease({ until, check }: { until: number; check: () => void }) {
  const messages = useMessages().work;
  const { time } = useFormat();
  useNow(5_000);
  const left = until - serverNow();
  const over = left < -1_000;
  useEffect(() => {
    if (over) check();
  }, [over, check]);
  if (left > SOON) return <span className="muted small nowrap">{messages.until(time(until))}</span>;
  return (
    <span className="chip caution" role="status">
      {messages.lapsesIn(Math.max(0, Math.floor(left / 60_000)))}
    </span>
  );
}
