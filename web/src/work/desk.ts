/** The work that a person has on the desk: one batch a stage of a case, alive while they look at other screens, so that what they found goes on its way. */
import { useSyncExternalStore } from "react";
import { forgetAll, type Place } from "./keep";
import { forgetPictures } from "./pictures";
import { Work } from "./work";

const works = new Map<string, Work>();
const listeners = new Set<() => void>();

const nameOf = (place: Place) => `${place.account}:${place.case}:${place.stage}`;

/** The work at a stage, begun where it was not. */
export function workAt(place: Place): Work {
  const name = nameOf(place);
  const before = works.get(name);
  if (before) return before;
  const work = new Work(place);
  works.set(name, work);
  work.subscribe(() => listeners.forEach((listener) => listener()));
  void work.begin();
  return work;
}

/** Takes work that was handed in from the desk, so that the next look at its screen begins anew. */
export function clearPlace(place: Place): void {
  works.get(nameOf(place))?.end();
  works.delete(nameOf(place));
}

/** Findings that the server has not acknowledged, of all work together. */
export function unsent(): number {
  return [...works.values()].reduce((sum, work) => sum + work.state().outbox.unsent, 0);
}

export function useUnsent(): number {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(subscribe, unsent);
}

/** Tries at once to send what waits. */
export function retryDesk(): void {
  for (const work of works.values()) work.retry();
}

/** Clears the desk for whoever sits here next. */
export function clearDesk(): void {
  for (const work of works.values()) work.end();
  works.clear();
  forgetPictures();
  forgetAll();
  listeners.forEach((listener) => listener());
}

window.addEventListener("online", retryDesk);
window.addEventListener("beforeunload", (event) => {
  if (unsent() > 0) event.preventDefault();
});
