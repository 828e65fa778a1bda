import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Closed, ProblemCode } from "../api/client";
import { SheetWork } from "./sheet-work";

/** A server with one sheet of three pairs, which fails in the ways it is told to. */
const server = { failing: null as ProblemCode | null, loses: false, passes: [] as unknown[], flagged: null as unknown, closed: null as Closed | null, taken: 0 };

vi.mock("../api/client", async (original) => {
  const client = await original<typeof import("../api/client")>();
  const good = (data: unknown) => Promise.resolve({ data, response: { ok: true } });
  const inHand = () => {
    const at = new Date(Date.now() + 900_000).toISOString();
    const lines = server.taken > 1 ? [] : [1, 2, 3].map((line) => ({ section: 1, line }));
    return { stage: "contact_sheet", until: at, look_until: new Date(Date.now()).toISOString(), lines, signatures_first: false };
  };
  const pass = (body: { flagged: unknown }): Closed => {
    server.flagged ??= body.flagged;
    // Asked again, it tells the same again.
    return (server.closed ??= { taken: 2, refused: [] });
  };
  const api = {
    GET: (path: string) => good(path.endsWith("{line}") ? { candidates: [{ ppm: 999_000 }] } : inHand()),
    PUT: (path: string, { body }: { body: { flagged: unknown } }) => {
      if (!path.endsWith("sheet")) {
        server.taken += 1;
        return good(inHand());
      }
      server.passes.push(body.flagged);
      if (server.failing !== null) return Promise.reject(new Error(server.failing));
      const closed = pass(body);
      return server.loses ? Promise.reject(new Error("lost")) : good(closed);
    },
  };
  // The answer that is thrown is named by what the server fails with.
  const answer = (asked: Promise<{ data: unknown }>) =>
    asked.then(
      ({ data }) => data,
      () => Promise.reject(new client.Refusal(server.failing ?? "offline", "because")),
    );
  return { ...client, api, answer };
});

let sheet: SheetWork;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(async () => {
  vi.useFakeTimers();
  Object.assign(server, { failing: null, loses: false, passes: [], flagged: null, closed: null, taken: 0 });
  sheet = new SheetWork({ account: "reviewer", case: "recall", stage: "contact_sheet" });
  void sheet.begin();
  await settle();
});
afterEach(() => {
  sheet.end();
  vi.useRealTimers();
});

it("passes what is not flagged, and takes the next sheet", async () => {
  sheet.flag("1/2");
  sheet.pass();
  expect(sheet.unsent()).toBe(3);
  await settle();
  expect(server.flagged).toEqual([{ section: 1, line: 2 }]);
  expect(sheet.state()).toMatchObject({ phase: { name: "none" }, passed: 2, passing: { is: "not_wanted" } });
  expect(sheet.unsent()).toBe(0);
});

it("keeps a sheet that is passed without a connection as it is, and passes it once when that is back", async () => {
  sheet.flag("1/2");
  server.failing = "offline";
  sheet.pass();
  await settle();
  expect(sheet.state().passing).toMatchObject({ is: "kept", by: "connection" });
  // Neither another flag nor another key changes what is on its way.
  sheet.flag("1/3");
  sheet.pass();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sheet.unsent()).toBe(3);
  server.failing = null;
  const tries = server.passes.length;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(server.passes.length).toBe(tries + 1);
  expect(server.flagged).toEqual([{ section: 1, line: 2 }]);
  expect(sheet.state()).toMatchObject({ phase: { name: "none" }, passed: 2 });
});

it("counts the pairs of a pass whose answer was lost", async () => {
  server.loses = true;
  sheet.flag("1/2");
  sheet.pass();
  await settle();
  server.loses = false;
  sheet.retry();
  await settle();
  expect(sheet.state()).toMatchObject({ phase: { name: "none" }, passed: 2 });
});

it("does not take a sheet that the clock has closed for one that passed", async () => {
  server.failing = "offline";
  sheet.pass();
  await vi.advanceTimersByTimeAsync(1_000_000);
  server.failing = null;
  server.closed = { taken: 0, refused: [] };
  await vi.advanceTimersByTimeAsync(15_000);
  expect(sheet.state()).toMatchObject({ phase: { name: "lapsed", flagged: 0 }, passed: 0 });
});

it("waits for the person while nobody is signed in", async () => {
  server.failing = "not_signed_in";
  sheet.pass();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.passes.length).toBe(1);
  expect(sheet.state().passing).toMatchObject({ is: "kept", by: "session" });
  server.failing = null;
  sheet.retry();
  await settle();
  expect(sheet.state().phase.name).toBe("none");
});

it("tells how many flags went with a sheet that is not in the hand any more", async () => {
  sheet.flag("1/1");
  sheet.flag("1/3");
  server.failing = "lease_lapsed";
  sheet.pass();
  await settle();
  expect(sheet.state()).toMatchObject({ phase: { name: "lapsed", flagged: 2 }, passed: 0 });
});

it("says why a sheet was refused, and may be passed again", async () => {
  server.failing = "refused";
  sheet.pass();
  await settle();
  expect(sheet.state()).toMatchObject({ failure: { code: "refused" }, passing: { is: "not_wanted" } });
  server.failing = null;
  sheet.pass();
  await settle();
  expect(sheet.state()).toMatchObject({ phase: { name: "none" }, failure: null });
});
