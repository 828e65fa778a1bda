/**
 * What a reviewer found, on its way to the server. Each line has what is wanted of it; it is sent until the server has it, whatever the connection does.
 * A finding is on the server's disk when the server answers, and only then does it count as stored here.
 */
import { mayPass, Refusal, type Found, type ProblemCode } from "../api/client";

/** A line by its section and number. */
export type LineKey = `${number}/${number}`;

/** Where the finding on a line is. */
export type Delivery = "waiting" | "sending" | "stored" | "refused";

export interface Entry {
  wanted: Found | null;
  delivery: Delivery;
  /** Why the server does not take it, in its words. */
  refusal?: { code: ProblemCode; detail: string };
}

/** What keeps the outbox from sending. */
export type Halt = "none" | "connection" | "session" | "lapsed";

export interface OutboxState {
  entries: ReadonlyMap<LineKey, Entry>;
  /** Findings that the server has not acknowledged. */
  unsent: number;
  halt: Halt;
  /** When the next try is, in milliseconds since 1970, while the connection is lost. */
  nextTry: number | null;
}

export type Send = (line: LineKey, found: Found | null) => Promise<void>;

/** The waits before a lost connection is tried again, in milliseconds; the last one repeats. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** How long is waited after so many failures. */
export const waitAfter = (failures: number): number => WAITS[Math.min(failures, WAITS.length - 1)] ?? 15_000;

/** Findings on their way at the same time. */
const AT_ONCE = 4;

export class Outbox {
  #entries = new Map<LineKey, Entry>();
  #onTheWay = new Set<LineKey>();
  #halt: Halt = "none";
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextTry: number | null = null;

  constructor(
    private readonly send: Send,
    private readonly changed: (state: OutboxState) => void,
  ) {}

  /** What is known to be stored already, as the server tells it of a batch. */
  seed(line: LineKey, found: Found): void {
    this.#entries.set(line, { wanted: found, delivery: "stored" });
  }

  /** Wants a finding to be kept, or none to be. */
  want(line: LineKey, found: Found | null): void {
    this.#entries.set(line, { wanted: found, delivery: "waiting" });
    this.#pump();
    this.#tell();
  }

  /** Lets go of a line that is in another hand now. */
  drop(line: LineKey): void {
    this.#entries.delete(line);
    this.#tell();
  }

  /** Tries again now: the person asked for it, the connection is back, or the person has signed in again. */
  retry(): void {
    if (this.#halt === "lapsed") return;
    this.#halt = "none";
    clearTimeout(this.#timer);
    this.#nextTry = null;
    this.#pump();
    this.#tell();
  }

  /** Sends nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#halt = "lapsed";
  }

  state(): OutboxState {
    const unsent = [...this.#entries.values()].filter((entry) => entry.delivery === "waiting" || entry.delivery === "sending");
    return { entries: new Map(this.#entries), unsent: unsent.length, halt: this.#halt, nextTry: this.#nextTry };
  }

  #tell(): void {
    this.changed(this.state());
  }

  #pump(): void {
    if (this.#halt !== "none") return;
    for (const [line, entry] of this.#entries) {
      if (this.#onTheWay.size >= AT_ONCE) return;
      if (entry.delivery === "waiting" && !this.#onTheWay.has(line)) void this.#deliver(line, entry);
    }
  }

  async #deliver(line: LineKey, entry: Entry): Promise<void> {
    this.#onTheWay.add(line);
    this.#put(line, entry, { ...entry, delivery: "sending" });
    const sent = this.#entries.get(line);
    try {
      await this.send(line, entry.wanted);
      this.#failures = 0;
      if (this.#halt === "connection") this.#halt = "none";
      this.#put(line, sent, { wanted: entry.wanted, delivery: "stored" });
    } catch (error) {
      this.#failed(line, sent, error);
    }
    this.#onTheWay.delete(line);
    this.#pump();
    this.#tell();
  }

  #failed(line: LineKey, sent: Entry | undefined, error: unknown): void {
    const code: ProblemCode = error instanceof Refusal ? error.code : "internal";
    const detail = error instanceof Refusal ? error.detail : String(error);
    const wanted = sent?.wanted ?? null;
    if (mayPass(code)) {
      this.#put(line, sent, { wanted, delivery: "waiting" });
      this.#waitForConnection();
    } else if (code === "not_signed_in" || code === "password_change_needed") {
      this.#put(line, sent, { wanted, delivery: "waiting" });
      this.#halt = "session";
    } else if (code === "lease_lapsed") {
      this.#put(line, sent, { wanted, delivery: "waiting" });
      this.stop();
    } else {
      this.#put(line, sent, { wanted, delivery: "refused", refusal: { code, detail } });
    }
  }

  /** Takes a line a step further, unless the person has changed their mind about it meanwhile. */
  #put(line: LineKey, before: Entry | undefined, after: Entry): void {
    if (before !== undefined && this.#entries.get(line) === before) this.#entries.set(line, after);
  }

  #waitForConnection(): void {
    if (this.#halt !== "none") return;
    const wait = waitAfter(this.#failures);
    this.#failures += 1;
    this.#halt = "connection";
    this.#nextTry = Date.now() + wait;
    this.#timer = setTimeout(() => this.retry(), wait);
  }
}
