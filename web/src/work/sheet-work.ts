/**
 * A contact sheet in hand: taken, flagged, passed. It knows no screen; what is shown follows from `state()`. A sheet that is passed without a connection is
 * kept as it is, and passed once the server can be reached.
 */
import { answer, api, asRefusal, mayPass, Refusal, serverNow, type Closed, type InHand, type Sheet } from "../api/client";
import { forget, keep, kept, type Place } from "./keep";
import { waitAfter, type LineKey } from "./outbox";

/** Pairs on a sheet. */
export const PAIRS = 24;

export interface Pair {
  key: LineKey;
  section: number;
  line: number;
  sheet: Sheet;
}

export interface Page {
  batch: string;
  /** The sheet is not passed before, in milliseconds since 1970. */
  lookUntil: number;
  /** Whether signatures are looked at before names and addresses are shown. */
  signaturesFirst: boolean;
  pairs: Pair[];
}

export type SheetPhase =
  | { name: "taking" }
  | { name: "failed"; refusal: Refusal }
  | { name: "none" }
  | { name: "looking"; page: Page }
  /** With the number of pairs that were flagged on the sheet that is gone. */
  | { name: "lapsed"; flagged: number };

/** Where the passing of a sheet is. What keeps it here is the connection, which is tried again at a time, or the session. */
export type Passing = { is: "not_wanted" } | { is: "on_its_way" } | { is: "kept"; by: "connection" | "session"; nextTry: number | null };

export interface SheetState {
  phase: SheetPhase;
  /** When the lines go back unless the sheet is passed, in milliseconds since 1970. */
  until: number;
  flagged: ReadonlySet<LineKey>;
  passing: Passing;
  /** Why the server did not let the sheet pass. */
  failure: Refusal | null;
  /** Pairs that passed since the screen was opened. */
  passed: number;
  /** Pairs of the sheet before that were not flagged and come singly all the same. */
  refused: number;
}

export class SheetWork {
  #state: SheetState = { phase: { name: "taking" }, until: 0, flagged: new Set(), passing: { is: "not_wanted" }, failure: null, passed: 0, refused: 0 };
  /** The name of the batch to be taken next: the same until it is there, so that a lost answer leaves no lines in nobody's hand. */
  #next = crypto.randomUUID();
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();
  #closed = false;

  constructor(private readonly place: Place) {}

  // For React's `useSyncExternalStore`.
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): SheetState => this.#state;

  /** The batch whose pictures are looked at; none while there is no sheet in hand. */
  batch(): string {
    return this.#state.phase.name === "looking" ? this.#state.phase.page.batch : "";
  }

  /** Whether the sheet waits for the connection or the session. */
  waits(): boolean {
    return this.#state.passing.is === "kept";
  }

  /** Decisions that the server has not acknowledged: the pairs of a sheet that waits to be passed. */
  unsent(): number {
    const { phase, passing } = this.#state;
    return phase.name !== "looking" || passing.is === "not_wanted" ? 0 : phase.page.pairs.length;
  }

  /** Goes on with the sheet that a reload interrupted, with its flags, or takes a new one in hand. */
  async begin(): Promise<void> {
    const before = kept(this.place);
    if (before === null) return this.take();
    this.#to({ phase: { name: "taking" } });
    try {
      const inHand = await answer(api.GET("/api/cases/{case}/batches/{batch}", this.#address(before.batch)));
      await this.#enter(before.batch, inHand, before.flagged ?? []);
    } catch (error) {
      this.#failed(error, before.flagged ?? []);
    }
  }

  /** Takes a new sheet in hand. */
  async take(): Promise<void> {
    this.#to({ phase: { name: "taking" } });
    const batch = this.#next;
    try {
      const body = { stage: this.place.stage, size: PAIRS };
      const inHand = await answer(api.PUT("/api/cases/{case}/batches/{batch}", { ...this.#address(batch), body }));
      this.#next = crypto.randomUUID();
      await this.#enter(batch, inHand, []);
    } catch (error) {
      this.#failed(error, []);
    }
  }

  /** Flags a pair, or takes its flag away. What is on its way to be passed may have arrived, so it stays as it is. */
  flag(key: LineKey): void {
    if (this.#state.phase.name !== "looking" || this.#state.passing.is !== "not_wanted") return;
    const flagged = new Set(this.#state.flagged);
    if (!flagged.delete(key)) flagged.add(key);
    this.#to({ flagged });
    keep(this.place, { batch: this.batch(), at: null, unsent: [], lost: [], flagged: this.#flaggedByHand() });
  }

  /** Passes the sheet, once it was looked at for long enough. */
  pass(): void {
    const { phase, passing } = this.#state;
    if (phase.name !== "looking" || passing.is !== "not_wanted" || serverNow() < phase.page.lookUntil) return;
    this.#failures = 0;
    void this.#send(phase.page);
  }

  /** Asks whether the sheet is still in the hand, once its time seems to be over. */
  readonly check = (): void => {
    const { phase, passing } = this.#state;
    if (phase.name === "looking" && passing.is === "not_wanted") void this.#lookAtTheClock(phase.page);
  };

  /** Tries again at once what waits: a sheet to be taken, or to be passed. */
  retry(): void {
    const { phase, passing } = this.#state;
    if (phase.name === "failed") void this.begin();
    if (phase.name === "looking" && passing.is === "kept") void this.#send(phase.page);
  }

  /** Ends the work of a person who has signed out. */
  end(): void {
    clearTimeout(this.#timer);
    this.#closed = true;
  }

  #address(batch: string) {
    return { params: { path: { case: this.place.case, batch } } };
  }

  async #enter(batch: string, inHand: InHand, flagged: LineKey[]): Promise<void> {
    keep(this.place, { batch, at: null, unsent: [], lost: [], flagged });
    const { path } = this.#address(batch).params;
    const pairs = inHand.lines.map(async ({ section, line }): Promise<Pair> => {
      const params = { path: { ...path, section, line } };
      const sheet = await answer(api.GET("/api/cases/{case}/batches/{batch}/lines/{section}/{line}", { params }));
      return { key: `${section}/${line}`, section, line, sheet };
    });
    const page: Page = {
      batch,
      lookUntil: Date.parse(inHand.look_until),
      signaturesFirst: inHand.signatures_first,
      pairs: await Promise.all(pairs),
    };
    // Where nobody was found there is nothing to pass.
    const nobody = page.pairs.filter(({ sheet }) => sheet.candidates.length === 0).map(({ key }) => key);
    this.#to({
      phase: page.pairs.length === 0 ? { name: "none" } : { name: "looking", page },
      until: Date.parse(inHand.until),
      flagged: new Set([...flagged, ...nobody]),
      passing: { is: "not_wanted" },
      failure: null,
    });
    if (page.pairs.length === 0) forget(this.place);
  }

  #failed(error: unknown, flagged: LineKey[]): void {
    const refusal = asRefusal(error);
    if (refusal.code !== "lease_lapsed") return this.#to({ phase: { name: "failed", refusal } });
    forget(this.place);
    // Where nothing was flagged nothing is lost.
    if (flagged.length === 0) void this.take();
    else this.#to({ phase: { name: "lapsed", flagged: flagged.length } });
  }

  async #send(page: Page): Promise<void> {
    clearTimeout(this.#timer);
    this.#to({ passing: { is: "on_its_way" }, failure: null });
    const { flagged } = this.#state;
    try {
      const lines = page.pairs.filter(({ key }) => flagged.has(key)).map(({ section, line }) => ({ section, line }));
      this.#passed(page, await answer(api.PUT("/api/cases/{case}/batches/{batch}/sheet", { ...this.#address(page.batch), body: { flagged: lines } })));
    } catch (error) {
      this.#notPassed(asRefusal(error));
    }
  }

  #passed(page: Page, closed: Closed): void {
    if (this.#closed) return;
    const wanted = page.pairs.length - this.#state.flagged.size;
    // A sheet of which nothing came was closed before it arrived, by the clock or by a supervisor; a try of ours whose answer was lost is told the same again.
    if (wanted > 0 && closed.taken === 0 && closed.refused.length === 0) return this.#lapse();
    forget(this.place);
    this.#to({ passed: this.#state.passed + closed.taken, refused: closed.refused.length, passing: { is: "not_wanted" } });
    void this.take();
  }

  #notPassed(refusal: Refusal): void {
    if (refusal.code === "lease_lapsed") {
      this.#lapse();
    } else if (mayPass(refusal.code)) {
      const wait = waitAfter(this.#failures);
      this.#failures += 1;
      if (!this.#closed) this.#timer = setTimeout(() => this.retry(), wait);
      this.#to({ passing: { is: "kept", by: "connection", nextTry: Date.now() + wait } });
    } else if (refusal.code === "not_signed_in" || refusal.code === "password_change_needed") {
      this.#to({ passing: { is: "kept", by: "session", nextTry: null } });
    } else {
      this.#to({ passing: { is: "not_wanted" }, failure: refusal });
    }
  }

  async #lookAtTheClock(page: Page): Promise<void> {
    try {
      const inHand = await answer(api.GET("/api/cases/{case}/batches/{batch}", this.#address(page.batch)));
      if (page.batch === this.batch()) this.#to({ until: Date.parse(inHand.until) });
    } catch (error) {
      // Whatever else it is, passing the sheet asks again.
      if (asRefusal(error).code === "lease_lapsed" && page.batch === this.batch()) this.#lapse();
    }
  }

  #lapse(): void {
    const flagged = this.#flaggedByHand().length;
    forget(this.place);
    this.#to({ phase: { name: "lapsed", flagged }, passing: { is: "not_wanted" }, failure: null });
  }

  /** What the person flagged; lines without a candidate come singly by themselves. */
  #flaggedByHand(): LineKey[] {
    const { phase, flagged } = this.#state;
    const pairs = phase.name === "looking" ? phase.page.pairs : [];
    return pairs.filter(({ key, sheet }) => flagged.has(key) && sheet.candidates.length > 0).map(({ key }) => key);
  }

  #to(change: Partial<SheetState>): void {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
