/** The work that a person has on the desk: one batch a stage of a case, alive while they look at other screens, so that what they found goes on its way. */
import { useSyncExternalStore } from "react";
import { forgetAll, type Place } from "./keep";
import { forgetPictures } from "./pictures";
import { SheetWork } from "./sheet-work";
import { Work } from "./work";

const works = new Map<string, Work | SheetWork>();
const listeners = new Set<() => void>();

const nameOf = (place: Place) => `${place.account}:${place.case}:${place.stage}`;
const tell = () => listeners.forEach((listener) => listener());

/** The work at a place, begun where it was not. */
function begun<W extends Work | SheetWork>(place: Place, kind: new (place: Place) => W): W {
  const name = nameOf(place);
  const before = works.get(name);
  if (before instanceof kind) return before;
  const work = new kind(place);
  works.set(name, work);
  work.subscribe(tell);
  void work.begin();
  return work;
}

export const workAt = (place: Place): Work => begun(place, Work);
export const sheetAt = (place: Place): SheetWork => begun(place, SheetWork);

/** Takes work that was handed in from the desk, so that the next look at its screen begins anew. */
export function clearPlace(place: Place): void {
  works.get(nameOf(place))?.end();
  works.delete(nameOf(place));
}

/** Decisions that the server has not acknowledged, of all work together. */
export function unsent(): number {
  return [...works.values()].reduce((sum, work) => sum + work.unsent(), 0);
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
  tell();
}

window.addEventListener("online", retryDesk);
window.addEventListener("beforeunload", (event) => {
  if (unsent() > 0) event.preventDefault();
});
