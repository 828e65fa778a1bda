/** What went wrong, in words for somebody who is none of the office. */
import { Refusal } from "../api/client";
import { useMessages } from "../messages";
import { Failed, Notice } from "../parts/told";

export function PublicFailure({ error, retry }: { error: unknown; retry: () => void }) {
  const words = useMessages().public;
  if (error instanceof Refusal && error.code === "turned_off") return <Notice tone="told">{words.turnedOff}</Notice>;
  if (error instanceof Refusal && error.code === "not_found") return <Notice tone="told">{words.notFound}</Notice>;
  return <Failed error={error} retry={retry} />;
}
