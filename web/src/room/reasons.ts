/** What the reasons are called for which a line does not count, those that are computed among them. */
import { named, useMessages } from "../messages";

export function useReasons(): (reason: string) => string {
  const messages = useMessages();
  const names: Record<string, string> = { ...messages.dispositions, ...messages.roomReasons };
  return (reason) => named(names, reason);
}
