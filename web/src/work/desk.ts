/** The work that a person has on the desk: one batch a stage of a case, alive while they look at other screens, so that what they found goes on its way. */
import { useSyncExternalStore } from "react";
import { forgetAll, type Place } from "./keep";
import { forgetPictures, retryPictures } from "./pictures";
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
  let [batch, waits] = ["", false];
  work.subscribe(() => {
    // Pictures are there as long as their lines are in hand.
    if (batch !== work.batch()) forgetPictures(batch);
    batch = work.batch();
    // What is tried again once the connection may be back are pictures, too.
    if (waits && !work.waits()) retryPictures();
    waits = work.waits();
    tell();
  });
  void work.begin();
  return work;
}

export const workAt = (place: Place): Work => begun(place, Work);
export const sheetAt = (place: Place): SheetWork => begun(place, SheetWork);

/** Takes work that was handed in from the desk, so that the next look at its screen begins anew. */
export function clearPlace(place: Place): void {
  const work = works.get(nameOf(place));
  if (work !== undefined) end(work);
  works.delete(nameOf(place));
}

function end(work: Work | SheetWork): void {
  forgetPictures(work.batch());
  work.end();
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

/** Tries at once to send what waits, and to fetch what did not come. */
export function retryDesk(): void {
  for (const work of works.values()) work.retry();
  retryPictures();
}

/** Clears the desk for whoever sits here next. */
export function clearDesk(): void {
  for (const work of works.values()) end(work);
  works.clear();
  forgetAll();
  tell();
}

window.addEventListener("online", retryDesk);
window.addEventListener("beforeunload", (event) => {
  if (unsent() > 0) event.preventDefault();
});
