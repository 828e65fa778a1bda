/**
 * A reviewer's batch of lines: taken in hand, looked at one after another, decided, taken back, passed on, handed in. It knows no screen; what is shown
 * follows from `state()`. Findings go through the outbox, so that a decision counts here at once and on the server as soon as it can.
 */
import { answer, api, asRefusal, mayPass, type Closed, type Found, type InHand, type Refusal, type Sheet, type Voter } from "../api/client";
import { forget, keep, kept, withoutNote, type Kept, type KeptFinding, type Place } from "./keep";
import { Outbox, type Entry, type LineKey, type OutboxState } from "./outbox";

/** Lines that are taken in hand at a time. */
export const BATCH_SIZE = 20;
/** Sheets that are fetched ahead of the line on the screen before all others. */
const AHEAD = 4;
/** A decision sooner than this after a line was shown is a key that bounced, in milliseconds. */
const BOUNCE = 150;

export interface WorkLine {
  key: LineKey;
  section: number;
  line: number;
  sheet: Sheet | null;
  /** Whether the line is in another person's hand now. */
  passed: boolean;
  entry: Entry | null;
  /** What was found on it before the lines left the hand, and never stored. */
  lost: KeptFinding | null;
}

/** What a person has put beside a line. It lies in the page's memory alone, and goes with the batch. */
export interface Beside {
  /** Voters found on the roll. */
  found: Voter[];
  note: string;
  /** Whether the name that is written on the line was on the screen. */
  named: boolean;
}

export type Phase =
  | { name: "taking" }
  | { name: "failed"; refusal: Refusal }
  | { name: "none" }
  | { name: "working" }
  /** Every line has a finding: the list before it is handed in. */
  | { name: "list" }
  | { name: "handing_in" }
  | { name: "lapsed"; unstored: [LineKey, KeptFinding][] };

export interface WorkState {
  phase: Phase;
  batch: string;
  lines: WorkLine[];
  at: LineKey | null;
  /** When the lines go back unless something is found, in milliseconds since 1970. */
  until: number;
  /** Whether signatures are looked at before the name is shown, as they always are where one is looked at once more. */
  signaturesFirst: boolean;
  outbox: OutboxState;
  canUndo: boolean;
  /** Lines that the case took no more when the batch before was handed in, with the reason. */
  notTaken: Closed["refused"];
  /** Lines decided since the screen was opened. */
  handedIn: number;
}

export class Work {
  #phase: Phase = { name: "taking" };
  #batch = "";
  /** The name of the batch to be taken next: the same until it is there, so that a lost answer leaves no lines in nobody's hand. */
  #next = crypto.randomUUID();
  #lines: WorkLine[] = [];
  #at: LineKey | null = null;
  #shownAt = 0;
  #until = 0;
  #signaturesFirst = false;
  #beside = new Map<LineKey, Beside>();
  #asked = 0;
  #done: LineKey[] = [];
  #lost = new Map<LineKey, KeptFinding>();
  #notTaken: Closed["refused"] = [];
  #handedIn = 0;
  #outbox = this.#newOutbox();
  #state: WorkState;
  #listeners = new Set<() => void>();
  #closed = false;

  constructor(private readonly place: Place) {
    this.#state = this.#snapshot();
  }

  // For React's `useSyncExternalStore`.
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): WorkState => this.#state;

  /** The batch whose pictures are looked at; none while there are no lines in hand. */
  batch(): string {
    return ["working", "list", "handing_in"].includes(this.#phase.name) ? this.#batch : "";
  }

  /** Whether findings wait for the connection or the session. */
  waits(): boolean {
    return this.#outbox.state().halt !== "none";
  }

  /** Findings that the server has not acknowledged. */
  unsent(): number {
    return this.#outbox.state().unsent;
  }

  /** Goes on with the batch that a reload interrupted, or takes a new one in hand. */
  async begin(): Promise<void> {
    const before = kept(this.place);
    if (before === null) return this.take();
    this.#lost = new Map(before.lost);
    try {
      const inHand = await answer(api.GET("/api/cases/{case}/batches/{batch}", this.#address(before.batch)));
      this.#enter(before.batch, inHand, before);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === "lease_lapsed") {
        for (const [line, found] of before.unsent) if (found) this.#lost.set(line, found);
        await this.take();
      } else {
        this.#to({ name: "failed", refusal });
      }
    }
  }

  /** Takes new lines in hand. */
  async take(): Promise<void> {
    this.#to({ name: "taking" });
    const batch = this.#next;
    try {
      const body = { stage: this.place.stage, size: BATCH_SIZE };
      const inHand = await answer(api.PUT("/api/cases/{case}/batches/{batch}", { ...this.#address(batch), body }));
      this.#next = crypto.randomUUID();
      this.#enter(batch, inHand, null);
    } catch (error) {
      this.#to({ name: "failed", refusal: asRefusal(error) });
    }
  }

  /** Decides the line on the screen, and shows the next. Returns whether it did. */
  decide(found: Found): boolean {
    const line = this.#line(this.#at);
    const ready = this.#phase.name === "working" && line?.sheet && !line.passed && performance.now() - this.#shownAt > BOUNCE;
    if (!ready || this.#outbox.state().halt === "lapsed") return false;
    performance.mark("decision");
    this.#done = [...this.#done.filter((key) => key !== line.key), line.key];
    this.#lost.delete(line.key);
    this.#outbox.want(line.key, found);
    this.#goOn();
    return true;
  }

  /** Takes the last decision back and shows its line. */
  undo(): void {
    if (this.#phase.name !== "working" && this.#phase.name !== "list") return;
    const key = this.#done.pop();
    if (key === undefined) return;
    this.#outbox.want(key, null);
    this.#show(key);
  }

  /** What the person has put beside a line. */
  beside(key: LineKey): Beside {
    const beside = this.#beside.get(key) ?? { found: [], note: "", named: false };
    this.#beside.set(key, beside);
    return beside;
  }

  /** The line, or more of it, has just been drawn: a key that was pressed before was not pressed for the sake of what is shown now. */
  drawn(): void {
    this.#shownAt = performance.now();
  }

  /** Shows a line of the batch. */
  goTo(key: LineKey): void {
    if (this.#line(key)) this.#show(key);
  }

  /** Shows the line before or after. */
  step(by: 1 | -1): void {
    const open = this.#lines.filter((line) => !line.passed);
    const next = open[open.findIndex((line) => line.key === this.#at) + by];
    if (next && this.#phase.name === "working") this.#show(next.key);
  }

  /** Shows the list of the batch. */
  list(): void {
    if (this.#phase.name === "working") this.#to({ name: "list" });
  }

  /** Passes the line on the screen to somebody else. It does not come back, so this waits for the server. */
  async passOn(to: "reviewer" | "supervisor", because: string): Promise<void> {
    const line = this.#line(this.#at);
    if (!line) return;
    const path = { ...this.#address(this.#batch).params.path, section: line.section, line: line.line };
    const address = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/passed" as const;
    await answer(api.PUT(address, { params: { path }, body: { to, because } }));
    line.passed = true;
    this.#done = this.#done.filter((key) => key !== line.key);
    this.#lost.delete(line.key);
    this.#outbox.drop(line.key);
    this.#goOn();
  }

  /** Hands the batch in: what was found becomes part of the case. Then takes new lines, or stops. */
  async handIn(then: "go_on" | "stop"): Promise<boolean> {
    if (this.#outbox.state().unsent > 0 || this.#phase.name === "handing_in") return false;
    const before = this.#phase;
    this.#to({ name: "handing_in" });
    try {
      const closed = await answer(api.PUT("/api/cases/{case}/batches/{batch}/closed", this.#address(this.#batch)));
      this.#handedIn += [...this.#outbox.state().entries.values()].filter((entry) => entry.wanted && entry.delivery === "stored").length;
      this.#notTaken = closed.refused;
    } catch (error) {
      const refusal = asRefusal(error);
      // A batch that is no longer there was handed in by the clock: the same end.
      if (refusal.code !== "lease_lapsed") {
        this.#to(mayPass(refusal.code) ? before : { name: "failed", refusal });
        throw refusal;
      }
    }
    forget(this.place);
    if (then === "go_on") await this.take();
    return true;
  }

  /** Asks whether the lines are still in the hand, once their time seems to be over. */
  readonly check = (): void => {
    this.#asked = 0;
    void this.#lookAtTheClock();
  };

  /** Tries again at once what waits: findings to be sent, sheets to be fetched, lines to be taken. */
  retry(): void {
    if (this.#phase.name === "failed") void this.begin();
    this.#outbox.retry();
    if (this.#phase.name === "working") void this.#fetchSheets();
  }

  /** Ends the work of a person who has signed out. */
  end(): void {
    this.#outbox.stop();
    this.#closed = true;
  }

  #address(batch: string) {
    return { params: { path: { case: this.place.case, batch } } };
  }

  #line(key: LineKey | null): WorkLine | undefined {
    return this.#lines.find((line) => line.key === key);
  }

  #newOutbox(): Outbox {
    const outbox: Outbox = new Outbox(
      (line, found) => this.#send(line, found),
      (state) => {
        if (outbox !== this.#outbox) return;
        if (state.halt === "lapsed") this.#lapse(state);
        else this.#tell();
      },
    );
    return outbox;
  }

  async #send(key: LineKey, found: Found | null): Promise<void> {
    const [section = 0, line = 0] = key.split("/").map(Number);
    const params = { path: { ...this.#address(this.#batch).params.path, section, line } };
    const address = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/finding" as const;
    await answer(found ? api.PUT(address, { params, body: found }) : api.DELETE(address, { params }));
    void this.#lookAtTheClock();
  }

  /** Asks how long the lines stay in hand, once a minute while findings are stored. */
  async #lookAtTheClock(): Promise<void> {
    if (Date.now() - this.#asked < 60_000) return;
    this.#asked = Date.now();
    const batch = this.#batch;
    try {
      const inHand = await answer(api.GET("/api/cases/{case}/batches/{batch}", this.#address(batch)));
      if (batch === this.#batch) this.#until = Date.parse(inHand.until);
      this.#tell();
    } catch (error) {
      // Whatever else it is, the next finding that is stored asks again.
      if (asRefusal(error).code === "lease_lapsed" && batch === this.#batch) this.#lapse(this.#outbox.state());
    }
  }

  #enter(batch: string, inHand: InHand, before: Kept | null): void {
    this.#batch = batch;
    this.#until = Date.parse(inHand.until);
    this.#signaturesFirst = inHand.signatures_first || this.place.stage === "blind_review";
    this.#beside.clear();
    this.#asked = Date.now();
    this.#at = null;
    this.#done = [];
    this.#outbox = this.#newOutbox();
    this.#lines = inHand.lines.map(({ section, line, finding }) => {
      const key: LineKey = `${section}/${line}`;
      if (finding) {
        this.#outbox.seed(key, finding);
        this.beside(key).note = finding.note ?? "";
        this.#done.push(key);
      }
      return { key, section, line, sheet: null, passed: false, entry: null, lost: this.#lost.get(key) ?? null };
    });
    for (const [key, found] of before?.unsent ?? []) {
      const line = this.#line(key);
      // A finding whose note is gone is not sent without it: the line is shown again.
      if (line && found?.hadNote) this.#remember(line, found);
      else if (line) this.#outbox.want(key, found);
    }
    if (this.#lines.length === 0) return this.#to({ name: "none" });
    this.#phase = { name: "working" };
    if (before?.at && this.#line(before.at) && this.#isToDo(before.at)) this.#show(before.at);
    else this.#goOn();
  }

  #remember(line: WorkLine, found: KeptFinding): void {
    line.lost = found;
    this.#lost.set(line.key, found);
  }

  #isToDo(key: LineKey): boolean {
    const entry = this.#outbox.state().entries.get(key);
    return !this.#line(key)?.passed && (!entry?.wanted || entry.delivery === "refused");
  }

  /** Shows the next line without a finding: one that the server refused or never stored first, then the next in order, then those that were passed over. */
  #goOn(): void {
    const entries = this.#outbox.state().entries;
    const todo = this.#lines.filter((line) => this.#isToDo(line.key));
    const index = this.#lines.findIndex((line) => line.key === this.#at);
    const next =
      todo.find((line) => line.key !== this.#at && (entries.get(line.key)?.delivery === "refused" || this.#lost.has(line.key))) ??
      todo.find((line) => this.#lines.indexOf(line) > index) ??
      todo[0];
    if (next) this.#show(next.key);
    else this.#to({ name: "list" });
  }

  #show(key: LineKey): void {
    this.#at = key;
    this.#shownAt = performance.now();
    this.#to({ name: "working" });
    void this.#fetchSheets();
  }

  /** Fetches the sheet of the line on the screen and of those that come next, then of all others. */
  async #fetchSheets(): Promise<void> {
    const batch = this.#batch;
    const from = Math.max(0, this.#lines.findIndex((line) => line.key === this.#at));
    const order = [...this.#lines.slice(from), ...this.#lines.slice(0, from)].filter((line) => !line.sheet && !line.passed);
    const [first, ...others] = order;
    if (first) await this.#fetchSheet(batch, first);
    await Promise.all(others.slice(0, AHEAD).map((line) => this.#fetchSheet(batch, line)));
    for (const line of others.slice(AHEAD)) await this.#fetchSheet(batch, line);
  }

  #fetching = new Set<WorkLine>();

  async #fetchSheet(batch: string, line: WorkLine): Promise<void> {
    if (line.sheet || this.#fetching.has(line) || batch !== this.#batch || this.#closed) return;
    this.#fetching.add(line);
    try {
      const path = { case: this.place.case, batch, section: line.section, line: line.line };
      line.sheet = await answer(api.GET("/api/cases/{case}/batches/{batch}/lines/{section}/{line}", { params: { path } }));
      if (line.key === this.#at) this.#shownAt = performance.now();
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === "lease_lapsed" && batch === this.#batch) this.#lapse(this.#outbox.state());
      // The line on the screen is asked for again until it is there; the others when it is their turn.
      else if (mayPass(refusal.code) && line.key === this.#at) setTimeout(() => void this.#fetchSheet(batch, line), 2_000);
    } finally {
      this.#fetching.delete(line);
    }
    if (batch === this.#batch) this.#tell();
  }

  #lapse(state: OutboxState): void {
    if (this.#phase.name === "lapsed") return;
    this.#outbox.stop();
    const unstored: [LineKey, KeptFinding][] = [];
    for (const [key, entry] of state.entries) {
      if (entry.wanted && entry.delivery !== "stored") unstored.push([key, withoutNote(entry.wanted)]);
    }
    for (const [key, found] of unstored) this.#lost.set(key, found);
    this.#to({ name: "lapsed", unstored });
  }

  #to(phase: Phase): void {
    this.#phase = phase;
    this.#tell();
  }

  #tell(): void {
    if (this.#closed) return;
    this.#state = this.#snapshot();
    this.#keep();
    for (const listener of this.#listeners) listener();
  }

  #keep(): void {
    const inHand = this.#phase.name === "working" || this.#phase.name === "list" || this.#phase.name === "lapsed";
    if (!inHand) return;
    const unsent: Kept["unsent"] = [];
    for (const [key, entry] of this.#outbox.state().entries) {
      if (entry.delivery !== "stored") unsent.push([key, entry.wanted && withoutNote(entry.wanted)]);
    }
    keep(this.place, { batch: this.#batch, at: this.#at, unsent, lost: [...this.#lost] });
  }

  #snapshot(): WorkState {
    const outbox = this.#outbox.state();
    return {
      phase: this.#phase,
      batch: this.#batch,
      lines: this.#lines.map((line) => ({ ...line, entry: outbox.entries.get(line.key) ?? null, lost: this.#lost.get(line.key) ?? null })),
      at: this.#at,
      until: this.#until,
      signaturesFirst: this.#signaturesFirst,
      outbox,
      canUndo: this.#done.length > 0,
      notTaken: this.#notTaken,
      handedIn: this.#handedIn,
    };
  }
}
