/** The routes of the contact sheet. Their types stand here by hand until the document of the server's API has them. */
import { answer, api, type Closed, type InHand } from "../api/client";
import type { Place } from "./keep";
import type { LineKey } from "./outbox";

/** Pairs on a page. */
const PAIRS = 24;

export interface SheetInHand extends InHand {
  /** When the page may be passed at the earliest. */
  look_until?: string | null;
}

interface Untyped {
  PUT: (address: string, given: unknown) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
}

const address = (place: Place, batch: string) => ({ params: { path: { case: place.case, batch } } });

/** Takes a page of likely lines in hand. */
export async function takePage(place: Place, batch: string): Promise<SheetInHand> {
  const body = { stage: "contact_sheet", size: PAIRS };
  return (await answer((api as unknown as Untyped).PUT("/api/cases/{case}/batches/{batch}", { ...address(place, batch), body }))) as SheetInHand;
}

/** The page that is in hand. */
export async function pageInHand(place: Place, batch: string): Promise<SheetInHand> {
  return answer(api.GET("/api/cases/{case}/batches/{batch}", address(place, batch)));
}

/** Passes every pair but the flagged ones, which go to single review; so do those that the server refuses. */
export async function passPage(place: Place, batch: string, flagged: LineKey[]): Promise<Closed> {
  const lines = flagged.map((key) => {
    const [section = 0, line = 0] = key.split("/").map(Number);
    return { section, line };
  });
  const asked = (api as unknown as Untyped).PUT("/api/cases/{case}/batches/{batch}/sheet", { ...address(place, batch), body: { flagged: lines } });
  return (await answer(asked)) as Closed;
}
