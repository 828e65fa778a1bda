/** Pictures of lines and signatures, fetched ahead and kept in the page's memory while a batch is in hand. The server lets nobody else keep them. */
import { useSyncExternalStore } from "react";
import { answer, api, Refusal, type Sheet } from "../api/client";
import { Shelf, useFetched, type Fetched, type Wanted } from "./fetched";
import type { LineKey } from "./outbox";

/** A line in hand. */
export interface Held {
  /** The case. */
  name: string;
  batch: string;
  line: LineKey;
}

export interface Picture {
  /** Its address in the page's memory. */
  at: string;
  /** Held so that it stays decoded until it is shown. */
  image: HTMLImageElement;
}

const pictures = new Shelf<Picture>(({ at }) => URL.revokeObjectURL(at));
/** How many reference signatures each candidate of a line has. */
const counts = new Shelf<number[]>();
/** Whether the office keeps images at all; it says so with the first answer. */
let kept = true;

/** Whether the office keeps images, as far as it has said so. */
export const keepsImages = () => kept;

/** An answer, or null where there is no such thing. Whatever else goes wrong is no word on whether there is. */
async function orNone<T>(asked: () => Promise<T>): Promise<T | null> {
  if (!kept) return null;
  try {
    return await asked();
  } catch (error) {
    const code = error instanceof Refusal ? error.code : null;
    // "This office keeps no images" is a conflict with what the server was started for; a picture that is missing is not found.
    if (code === "wrong_state") kept = false;
    if (code === "wrong_state" || code === "not_found") return null;
    throw error;
  }
}

/** Takes what the server sends into the page's memory, ready to be painted. */
async function decoded(bytes: unknown): Promise<Picture> {
  const at = URL.createObjectURL(bytes as Blob);
  const image = new Image();
  image.src = at;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(at);
    throw error;
  }
  return { at, image };
}

/** A picture that the server sends as bytes, among those of a batch or of other work with a name. */
export function picture(work: string, what: string, ask: () => Promise<unknown>): Wanted<Picture> {
  return { key: `${work} ${what}`, ask: () => orNone(async () => decoded(await ask())) };
}
const isOf = (work: string) => (key: string) => key.startsWith(`${work} `);

const LINE = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}";

const pathOf = ({ name, batch, line: key }: Held) => {
  const [section = 0, line = 0] = key.split("/").map(Number);
  return { case: name, batch, section, line };
};

/** A picture of a line: from edge to edge, its signature, or its page. */
export function pictureOf(held: Held, what: "strip" | "signature" | "page"): Wanted<Picture> {
  const asked = { params: { path: pathOf(held) }, parseAs: "blob" } as const;
  return picture(held.batch, `${held.line} ${what}`, () => answer(api.GET(`${LINE}/${what}`, asked)));
}

/** A reference signature of a candidate; both count from one. Asking for it is a look at the voter's record. */
export function referenceOf(held: Held, candidate: number, reference: number): Wanted<Picture> {
  const asked = { params: { path: { ...pathOf(held), candidate, reference } }, parseAs: "blob" } as const;
  const ask = () => answer(api.GET(`${LINE}/candidates/{candidate}/references/{reference}`, asked));
  return picture(held.batch, `${held.line} candidate ${candidate} ${reference}`, ask);
}

/** A reference signature of a voter who is no candidate. */
function voterReferenceOf(held: Held, voter: string, reference: number): Wanted<Picture> {
  const asked = { params: { path: pathOf(held) }, body: { voter, reference }, parseAs: "blob" } as const;
  return picture(held.batch, `${held.line} voter ${voter} ${reference}`, () => answer(api.POST(`${LINE}/reference`, asked)));
}

function countsOf(held: Held): Wanted<number[]> {
  const asked = { params: { path: pathOf(held) } };
  return { key: `${held.batch} ${held.line}`, ask: () => orNone(() => answer(api.GET(`${LINE}/references`, asked))) };
}

/** The reference signatures of a candidate, of whom there is a number of them. */
const allOf = (held: Held, candidate: number, count: number) => Array.from({ length: count }, (_, index) => referenceOf(held, candidate, index + 1));

/** The place among the candidates of a line, from one; none for whoever is none of them. */
function placeOf(sheet: Sheet, voter: string): number | null {
  const index = sheet.candidates.findIndex((candidate) => candidate.voter.voter === voter);
  return index < 0 ? null : index + 1;
}

/** Fetches what a line shows first: the line, its signature, and those on file of the voter who is looked at first. */
export async function fetchAhead(held: Held, sheet: Sheet): Promise<void> {
  const [signature] = await Promise.all([pictures.want(pictureOf(held, "signature")), pictures.want(pictureOf(held, "strip"))]);
  const voter = sheet.named?.voter ?? sheet.candidates[0]?.voter.voter;
  if (signature.is !== "here" || voter === undefined) return;
  const place = placeOf(sheet, voter);
  if (place === null) {
    for (let next = 1; (await pictures.want(voterReferenceOf(held, voter, next))).is === "here"; next += 1);
    return;
  }
  const known = await counts.want(countsOf(held));
  const count = known.is === "here" ? (known.it[place - 1] ?? 0) : 0;
  await Promise.all(allOf(held, place, count).map((wanted) => pictures.want(wanted)));
}

/** Asks once more for what could not be fetched. */
export function retryPictures(): void {
  pictures.retry();
  counts.retry();
}

/** Lets go of the pictures of a batch, or of other work. */
export function forgetPictures(work: string): void {
  pictures.forget(isOf(work));
  counts.forget(isOf(work));
}

/** A picture; none where none is wanted. */
export function usePicture(wanted: Wanted<Picture> | null): Fetched<Picture> {
  return useFetched(pictures, wanted);
}

/** How many pictures of a batch could not be fetched. */
export function useFailedPictures(batch: string): number {
  return useSyncExternalStore(pictures.subscribe, () => pictures.failed(isOf(batch)));
}

/** The reference signatures of a voter, as far as they are known. */
export interface References {
  is: Fetched<Picture>["is"];
  pictures: Wanted<Picture>[];
}

/** The reference signatures of whoever is chosen on a line, once it is wanted to look at them. */
export function useReferences(held: Held, sheet: Sheet | null, voter: string | null, wanted: boolean): References {
  const place = sheet === null || voter === null ? null : placeOf(sheet, voter);
  const known = useFetched(counts, wanted && place !== null ? countsOf(held) : null);
  const other = useVoterReferences(held, wanted && place === null ? voter : null);
  if (!wanted || voter === null) return { is: "coming", pictures: [] };
  if (place === null) return other;
  const count = known.is === "here" ? (known.it[place - 1] ?? 0) : 0;
  return { is: known.is === "here" && count === 0 ? "none" : known.is, pictures: allOf(held, place, count) };
}

/** Of a voter who is no candidate nobody says how many there are: they are asked for one after another until there is none. */
function useVoterReferences(held: Held, voter: string | null): References {
  const count = useSyncExternalStore(pictures.subscribe, () => {
    let here = 0;
    while (voter !== null && pictures.at(voterReferenceOf(held, voter, here + 1).key).is === "here") here += 1;
    return here;
  });
  const next = usePicture(voter === null ? null : voterReferenceOf(held, voter, count + 1));
  const all = Array.from({ length: count }, (_, index) => voterReferenceOf(held, voter ?? "", index + 1));
  return { is: next.is === "none" && count > 0 ? "here" : next.is, pictures: all };
}
