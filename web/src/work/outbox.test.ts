import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refusal, type Found, type ProblemCode } from "../api/client";
import { Outbox, type LineKey, type OutboxState } from "./outbox";

const VALID: Found = { disposition: "valid", voter: "V1" };
const INVALID: Found = { disposition: "invalid", reason: "illegible" };

/** A server that keeps findings, and fails in the ways it is told to. */
class Server {
  kept = new Map<LineKey, Found | null>();
  asked: string[] = [];
  failing: ProblemCode | null = null;
  held: (() => void)[] | null = null;

  readonly send = async (line: LineKey, found: Found | null) => {
    this.asked.push(`${line} ${found?.disposition ?? "none"}`);
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (this.failing) throw new Refusal(this.failing, "because");
    this.kept.set(line, found);
  };

  release() {
    const held = this.held ?? [];
    this.held = null;
    for (const go of held) go();
  }
}

let server: Server;
let state: OutboxState;
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  outbox = new Outbox(server.send, (now) => (state = now));
});
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

it("stores what is wanted", async () => {
  outbox.want("1/1", VALID);
  expect(state.unsent).toBe(1);
  await settle();
  expect(server.kept.get("1/1")).toEqual(VALID);
  expect(state).toMatchObject({ unsent: 0, halt: "none" });
});

it("loses nothing while the connection is away, and sends it when it is back", async () => {
  server.failing = "offline";
  outbox.want("1/1", VALID);
  await settle();
  outbox.want("1/2", INVALID);
  expect(state).toMatchObject({ unsent: 2, halt: "connection" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.unsent).toBe(2);
  server.failing = null;
  await vi.advanceTimersByTimeAsync(15_000);
  expect([...server.kept]).toEqual([["1/1", VALID], ["1/2", INVALID]]);
  expect(state).toMatchObject({ unsent: 0, halt: "none", nextTry: null });
});

it("waits longer after each failure", async () => {
  server.failing = "unavailable";
  outbox.want("1/1", VALID);
  await vi.advanceTimersByTimeAsync(7_500);
  // At once, then after 1, 2 and 4 seconds.
  expect(server.asked.length).toBe(4);
});

it("begins with short waits again once something arrived", async () => {
  server.failing = "offline";
  outbox.want("1/1", VALID);
  await vi.advanceTimersByTimeAsync(7_500);
  server.failing = null;
  await vi.advanceTimersByTimeAsync(8_000);
  expect(state.unsent).toBe(0);
  server.failing = "offline";
  outbox.want("1/2", VALID);
  await settle();
  server.failing = null;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.kept.get("1/2")).toEqual(VALID);
});

it("sends the last wish only, in order, when a person changes their mind on the way", async () => {
  server.held = [];
  outbox.want("1/1", VALID);
  outbox.want("1/1", null);
  outbox.want("1/1", INVALID);
  expect(server.asked).toEqual(["1/1 valid"]);
  server.release();
  await settle();
  expect(server.asked).toEqual(["1/1 valid", "1/1 invalid"]);
  expect(server.kept.get("1/1")).toEqual(INVALID);
  expect(state.unsent).toBe(0);
});

it("takes back on the server what may have arrived before the connection broke", async () => {
  server.failing = "offline";
  outbox.want("1/1", VALID);
  await settle();
  outbox.want("1/1", null);
  server.failing = null;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.kept.get("1/1")).toBeNull();
});

it("keeps a refused finding to itself with the reason, and goes on with the others", async () => {
  server.failing = "refused";
  outbox.want("1/1", VALID);
  await settle();
  server.failing = null;
  outbox.want("1/2", VALID);
  await settle();
  expect(state.entries.get("1/1")).toEqual({ wanted: VALID, delivery: "refused", refusal: { code: "refused", detail: "because" } });
  expect(state.entries.get("1/2")?.delivery).toBe("stored");
  expect(state).toMatchObject({ unsent: 0, halt: "none" });
});

it("holds everything while nobody is signed in", async () => {
  server.failing = "not_signed_in";
  outbox.want("1/1", VALID);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.asked.length).toBe(1);
  expect(state).toMatchObject({ unsent: 1, halt: "session" });
  server.failing = null;
  outbox.retry();
  await settle();
  expect(state).toMatchObject({ unsent: 0, halt: "none" });
});

it("sends nothing more once the lines are in another hand", async () => {
  server.failing = "lease_lapsed";
  outbox.want("1/1", VALID);
  await settle();
  server.failing = null;
  outbox.want("1/2", VALID);
  outbox.retry();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.kept.size).toBe(0);
  expect(state).toMatchObject({ unsent: 2, halt: "lapsed" });
});

it("has four on their way at most, and all in the end", async () => {
  server.held = [];
  for (let line = 1; line <= 20; line += 1) outbox.want(`1/${line}`, VALID);
  expect(server.asked.length).toBe(4);
  server.release();
  await settle();
  expect(server.kept.size).toBe(20);
});
