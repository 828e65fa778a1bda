/** Single sign-on: the browser goes to the page of the office's identity provider, and comes back with a code. */
import { answer, api, type SignedIn } from "../api/client";

/** What this browser began, by the `state` with which it is sent back. It is in no address, so that nobody is signed in by a link. */
const BEGUN = "countersign.sign-on.";

/** What is kept longer than this, in milliseconds, nobody comes back for. */
const FORGOTTEN = 10 * 60_000;

interface Begun {
  ceremony: string;
  at: number;
}

/** Other pages of this browser hear by it that somebody signed in. */
const HEARD = "countersign.signed-in";

/** Nobody began this here, or the provider's page was left. */
export class NotBegun extends Error {}

const begun = (key: string) => JSON.parse(localStorage.getItem(key) ?? "null") as Begun | null;

/** Begins. Returns the provider's page, and the `state` by which its end will be known. */
export async function beginSignOn(): Promise<{ url: string; state: string }> {
  const { ceremony, state, url } = await answer(api.POST("/api/session/sign-on-challenge"));
  const now = Date.now();
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(BEGUN) && now - (begun(key)?.at ?? 0) > FORGOTTEN) localStorage.removeItem(key);
  }
  localStorage.setItem(BEGUN + state, JSON.stringify({ ceremony, at: now } satisfies Begun));
  return { url, state };
}

/** Signs in with what the provider sent this browser back with. */
export async function endSignOn(query: URLSearchParams): Promise<SignedIn> {
  const [state, code] = [query.get("state") ?? "", query.get("code")];
  const ceremony = begun(BEGUN + state)?.ceremony;
  localStorage.removeItem(BEGUN + state);
  if (ceremony === undefined || code === null) throw new NotBegun();
  const who = await answer(api.POST("/api/session/sign-on", { body: { ceremony, state, code } }));
  const others = new BroadcastChannel(HEARD);
  others.postMessage(state);
  others.close();
  return who;
}

/** Calls `ended` with the `state` of each that comes to its end on another page of this browser. Returns how to stop. */
export function whenSignedOn(ended: (state: string) => void): () => void {
  const heard = new BroadcastChannel(HEARD);
  heard.onmessage = ({ data }) => ended(data as string);
  return () => heard.close();
}
