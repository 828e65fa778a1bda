/** What is fetched and kept in the page's memory: once it has come it is there on the first look, and what failed is told of and tried again. */
import { useEffect, useSyncExternalStore } from "react";

/** On its way, not there, not to be had just now, or here. */
export type Fetched<T> = { is: "coming" } | { is: "none" } | { is: "failed" } | { is: "here"; it: T };

/** Something to be fetched: its name on the shelf, and how it is asked for. The answer is null where there is no such thing. */
export interface Wanted<T> {
  key: string;
  ask: () => Promise<T | null>;
}

const COMING = { is: "coming" } as const;
const NONE = { is: "none" } as const;
const FAILED = { is: "failed" } as const;

interface Place<T> {
  wanted: Wanted<T>;
  now: Fetched<T>;
  /** Done when it is no longer on its way. */
  asked: Promise<Fetched<T>>;
}

export class Shelf<T> {
  #places = new Map<string, Place<T>>();
  #listeners = new Set<() => void>();

  /** `letGo` is called with what is taken from the shelf. */
  constructor(private readonly letGo: (it: T) => void = () => undefined) {}

  // For React's `useSyncExternalStore`.
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is known of a thing. What nobody has asked for yet is as if it were on its way. */
  at(key: string): Fetched<T> {
    return this.#places.get(key)?.now ?? COMING;
  }

  /** Fetches what is not here or on its way already; what failed, once more. */
  want(wanted: Wanted<T>): Promise<Fetched<T>> {
    const before = this.#places.get(wanted.key);
    if (before !== undefined && before.now.is !== "failed") return before.asked;
    const place: Place<T> = { wanted, now: COMING, asked: Promise.resolve(COMING) };
    place.asked = this.#ask(place);
    this.#places.set(wanted.key, place);
    this.#tell();
    return place.asked;
  }

  /** Fetches once more what failed. */
  retry(): void {
    for (const { wanted, now } of [...this.#places.values()]) if (now.is === "failed") void this.want(wanted);
  }

  /** How many of the things with such a key failed. */
  failed(of: (key: string) => boolean): number {
    return [...this.#places].filter(([key, { now }]) => now.is === "failed" && of(key)).length;
  }

  /** Takes things from the shelf. */
  forget(of: (key: string) => boolean): void {
    for (const [key, { now }] of [...this.#places]) {
      if (!of(key)) continue;
      this.#places.delete(key);
      if (now.is === "here") this.letGo(now.it);
    }
    this.#tell();
  }

  async #ask(place: Place<T>): Promise<Fetched<T>> {
    const now = await place.wanted.ask().then(
      (it): Fetched<T> => (it === null ? NONE : { is: "here", it }),
      () => FAILED,
    );
    // What comes after nobody wants it any more goes at once.
    if (this.#places.get(place.wanted.key) !== place) {
      if (now.is === "here") this.letGo(now.it);
      return now;
    }
    place.now = now;
    this.#tell();
    return now;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A thing on a shelf, fetched when it is looked at. */
export function useFetched<T>(shelf: Shelf<T>, wanted: Wanted<T> | null): Fetched<T> {
  const key = wanted?.key ?? null;
  const now = useSyncExternalStore(shelf.subscribe, () => (key === null ? NONE : shelf.at(key)));
  // How it is asked for follows from its key.
  useEffect(() => void (wanted === null || shelf.want(wanted)), [shelf, key]);
  return now;
}
