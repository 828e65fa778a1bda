/** The stream in which the server tells how far a case is, and how often what rests on it is asked for. No screen is in here. */
import type { components } from "../api/schema";

export type Figures = components["schemas"]["Figures"];

/** How long nothing is tried after the server has refused a stream, in milliseconds; where only the connection was lost, the browser tries again by itself. */
export const AGAIN = 15_000;

type Source = Pick<EventSource, "readyState" | "onopen" | "onmessage" | "onerror" | "close">;

export interface Heard {
  figures: (figures: Figures) => void;
  /** Whether the stream stands. */
  live: (live: boolean) => void;
}

/** Listens to a case. Returns what ends it: after that nothing is heard and no connection is left. */
export function listen(name: string, heard: Heard, open: (address: string) => Source = (address) => new EventSource(address)): () => void {
  let source: Source | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    const opened = open(`/api/cases/${encodeURIComponent(name)}/events`);
    source = opened;
    opened.onopen = () => heard.live(true);
    opened.onmessage = (event: MessageEvent<string>) => heard.figures(JSON.parse(event.data) as Figures);
    opened.onerror = () => {
      heard.live(false);
      // 2 is closed for good.
      if (opened.readyState === 2) again = setTimeout(begin, AGAIN);
    };
  };
  begin();
  return () => {
    clearTimeout(again);
    source?.close();
    heard.live(false);
  };
}

/** Does something soon after it is asked for, and no more often than this many milliseconds apart, however often it is asked for. */
export function paced(act: () => void, apart: number) {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask: () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          last = performance.now();
          act();
        },
        Math.max(0, last + apart - performance.now()),
      );
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
