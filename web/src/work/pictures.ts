/** Pictures of lines and signatures, fetched ahead and kept in the page's memory while a batch is in hand. The server lets nobody else keep them. */
import { useEffect, useState } from "react";
import type { LineKey } from "./outbox";

/** A picture's address in the page's memory, or none where there is no picture. */
type Fetched = Promise<string | null>;

const fetched = new Map<string, Fetched>();
/** Whether the office keeps images at all; it says so with the first answer. */
let kept = true;

/** Whether the office keeps images, as far as it has said so. */
export const keepsImages = () => kept;

async function fetchPicture(address: string): Fetched {
  if (!kept) return null;
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) return URL.createObjectURL(await answer.blob());
  // "This office keeps no images" is a conflict with what the server was started for; a picture that is missing is not found.
  if (answer?.status === 409 && ((await answer.json().catch(() => null)) as { code?: string } | null)?.code === "wrong_state") kept = false;
  // What failed on the way is asked for again when the line is shown.
  if (answer === null || answer.status >= 500) fetched.delete(address);
  return null;
}

function picture(address: string): Fetched {
  const before = fetched.get(address);
  if (before) return before;
  const asked = fetchPicture(address);
  fetched.set(address, asked);
  return asked;
}

export type Pictures = Record<"strip" | "signature" | "page", string>;

/** Where the pictures of a line in hand are. */
export function addressesOf(name: string, batch: string, key: LineKey): Pictures {
  const line = `/api/cases/${encodeURIComponent(name)}/batches/${batch}/lines/${key}`;
  return { strip: `${line}/strip`, signature: `${line}/signature`, page: `${line}/page` };
}

/** Where a reference signature of a candidate is; both count from one. Asking for it is a look at the voter's record. */
export function referenceOf(name: string, batch: string, key: LineKey, candidate: number, reference: number): string {
  return `/api/cases/${encodeURIComponent(name)}/batches/${batch}/lines/${key}/candidates/${candidate}/references/${reference}`;
}

/** Fetches the pictures of lines that come next. */
export function fetchAhead(name: string, batch: string, keys: LineKey[]): void {
  for (const key of keys) {
    const { strip, signature } = addressesOf(name, batch, key);
    for (const address of [strip, signature]) void picture(address);
  }
}

/** Lets go of all pictures. */
export function forgetPictures(): void {
  for (const asked of fetched.values()) void asked.then((address) => address !== null && URL.revokeObjectURL(address));
  fetched.clear();
}

/** A picture: undefined while it is on its way, null where there is none. */
export function usePicture(address: string | null): string | null | undefined {
  const [shown, setShown] = useState<string | null | undefined>(address === null ? null : undefined);
  useEffect(() => {
    let current = true;
    setShown(address === null ? null : undefined);
    if (address !== null) void picture(address).then((found) => current && setShown(found));
    return () => {
      current = false;
    };
  }, [address]);
  return shown;
}
