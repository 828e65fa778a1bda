/** What follows a case while its screen is open: the queues at once, the standing and the clock by asking for them when they are behind. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { components } from "../api/schema";
import { usePresence } from "../frame/presence";
import { listen, paced } from "./follow";

type Queue = components["schemas"]["Queue"];

/** How often the standing and the clock are asked for at most, in milliseconds: with many people at work there is an event every second. */
const [STANDING_APART, CLOCK_APART] = [2_000, 10_000];

const followed = new Set<string>();
const watchers = new Set<() => void>();

function setFollowed(name: string, live: boolean): void {
  if (live === followed.has(name)) return;
  if (live) followed.add(name);
  else followed.delete(name);
  for (const tell of watchers) tell();
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

/** Whether the server tells of this case by itself now, so that it need not be asked often. */
export function useIsFollowed(name: string): boolean {
  return useSyncExternalStore(watch, () => followed.has(name));
}

/** Follows a case while the screen is open and somebody is there. `shown` is the number of the last event in the standing on the screen, and `at` when that came. One screen at a time does this. */
export function useFollow(name: string, shown: number | undefined, at: number): void {
  const here = usePresence();
  const queries = useQueryClient();
  const [told, setTold] = useState(0);
  const asking = useRef<{ standing: ReturnType<typeof paced>; clock: ReturnType<typeof paced> } | null>(null);

  useEffect(() => {
    if (!here) return undefined;
    const again = (...key: string[]) => void queries.invalidateQueries({ queryKey: ["cases", name, ...key], exact: true });
    const paces = { standing: paced(() => again(), STANDING_APART), clock: paced(() => again("clock"), CLOCK_APART) };
    asking.current = paces;
    const stop = listen(name, {
      live: (live) => setFollowed(name, live),
      figures: ({ events, waiting }) => {
        queries.setQueryData<Queue[]>(["cases", name, "queues"], (queues) => queues?.map((queue) => ({ ...queue, lines: waiting[queue.stage] ?? queue.lines })));
        setTold(events);
      },
    });
    return () => {
      stop();
      paces.standing.stop();
      paces.clock.stop();
      asking.current = null;
    };
  }, [name, here, queries]);

  // An answer may have been on its way while the figures changed, so what came is held against what was told each time.
  useEffect(() => {
    if (shown === undefined || shown >= told) return;
    asking.current?.standing.ask();
    asking.current?.clock.ask();
  }, [told, shown, at]);
}
