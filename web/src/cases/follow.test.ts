import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AGAIN, listen, paced, type Figures } from "./follow";

const FIGURES: Figures = { phase: "examining", events: 7, decided: 2, undecided: 3, waiting: { review: 3 } };

class Stream {
  readyState = 0;
  onopen: EventSource["onopen"] = null;
  onmessage: EventSource["onmessage"] = null;
  onerror: EventSource["onerror"] = null;
  close = vi.fn(() => (this.readyState = 2));
  opens() {
    this.readyState = 1;
    this.onopen?.call(this as never, new Event("open"));
  }
  tells(figures: Figures) {
    this.onmessage?.call(this as never, { data: JSON.stringify(figures) } as MessageEvent);
  }
  breaks(readyState: 0 | 2) {
    this.readyState = readyState;
    this.onerror?.call(this as never, new Event("error"));
  }
}

let streams: { address: string; stream: Stream }[];
const open = (address: string) => {
  const stream = new Stream();
  streams.push({ address, stream });
  return stream;
};
const last = () => streams.at(-1)?.stream as Stream;

beforeEach(() => {
  streams = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

it("hears figures while the stream stands", () => {
  const heard = { figures: vi.fn(), live: vi.fn() };
  listen("a b", heard, open);
  expect(streams[0]?.address).toBe("/api/cases/a%20b/events");
  last().opens();
  last().tells(FIGURES);
  expect(heard.live).toHaveBeenLastCalledWith(true);
  expect(heard.figures).toHaveBeenCalledExactlyOnceWith(FIGURES);
});

it("leaves a lost connection to the browser, and asks again itself where the server refused", () => {
  const heard = { figures: vi.fn(), live: vi.fn() };
  listen("recall", heard, open);
  last().opens();
  last().breaks(0);
  expect(heard.live).toHaveBeenLastCalledWith(false);
  vi.advanceTimersByTime(10 * AGAIN);
  expect(streams.length).toBe(1);
  last().breaks(2);
  vi.advanceTimersByTime(AGAIN - 1);
  expect(streams.length).toBe(1);
  vi.advanceTimersByTime(1);
  expect(streams.length).toBe(2);
  last().opens();
  expect(heard.live).toHaveBeenLastCalledWith(true);
});

it("leaves no connection behind, and opens none", () => {
  const heard = { figures: vi.fn(), live: vi.fn() };
  const stop = listen("recall", heard, open);
  last().opens();
  last().breaks(2);
  stop();
  expect(last().close).toHaveBeenCalledOnce();
  expect(heard.live).toHaveBeenLastCalledWith(false);
  vi.advanceTimersByTime(10 * AGAIN);
  expect(streams.length).toBe(1);
});

it("does at once what is asked for first, and together what is asked for soon after", () => {
  const act = vi.fn();
  const { ask, stop } = paced(act, 2_000);
  ask();
  vi.advanceTimersByTime(0);
  expect(act).toHaveBeenCalledTimes(1);
  for (let asked = 0; asked < 50; asked += 1) {
    ask();
    vi.advanceTimersByTime(100);
  }
  expect(act).toHaveBeenCalledTimes(3);
  ask();
  stop();
  vi.advanceTimersByTime(10_000);
  expect(act).toHaveBeenCalledTimes(3);
});
