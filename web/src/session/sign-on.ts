/** Single sign-on: the browser goes to the page of the office's identity provider, and comes back with a code. */
import { answer, api, type SignedIn } from "../api/client";

/** What this browser began, by the `state` with which it is sent back. It is in no address, so that nobody is signed in by a link. */
const BEGUN = "countersign.sign-on.";

/** Other pages of this browser hear by it that somebody signed in. */
const HEARD = "countersign.signed-in";

/** Nobody began this here, or the provider's page was left. */
export class NotBegun extends Error {}

/** Begins. Returns the provider's page. */
export async function beginSignOn(): Promise<string> {
  const { ceremony, state, url } = await answer(api.POST("/api/session/sign-on-challenge"));
  localStorage.setItem(BEGUN + state, ceremony);
  return url;
}

/** Signs in with what the provider sent this browser back with. */
export async function endSignOn(query: URLSearchParams): Promise<SignedIn> {
  const [state, code] = [query.get("state") ?? "", query.get("code")];
  const ceremony = localStorage.getItem(BEGUN + state);
  for (const key of Object.keys(localStorage)) if (key.startsWith(BEGUN)) localStorage.removeItem(key);
  if (ceremony === null || code === null) throw new NotBegun();
  const who = await answer(api.POST("/api/session/sign-on", { body: { ceremony, state, code } }));
  const others = new BroadcastChannel(HEARD);
  others.postMessage(who.account);
  others.close();
  return who;
}

/** Calls `signedIn` when somebody signs in by another page of this browser. Returns how to stop. */
export function whenSignedOn(signedIn: () => void): () => void {
  const heard = new BroadcastChannel(HEARD);
  heard.onmessage = () => signedIn();
  return () => heard.close();
}
