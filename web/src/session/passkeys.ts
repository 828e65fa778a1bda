/** Passkeys: what the server asks and an authenticator answers, from the form of the API to that of the browser and back. */
import { answer, api, Refusal, type SignedIn } from "../api/client";
import type { components } from "../api/schema";
import { useMessages, useTold } from "../messages";
import { useWays } from "./ways";

export type Passkey = components["schemas"]["Passkey"];
type Challenge = components["schemas"]["Challenge"];

/** Bytes as base64url without padding. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

export function textOf(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

interface Named {
  id: string;
}

interface Asked extends Record<string, unknown> {
  challenge: string;
  user: Named;
  excludeCredentials?: Named[];
  allowCredentials?: Named[];
}

const asked = ({ options }: Challenge) => (options as unknown as { publicKey: Asked }).publicKey;
const known = (credentials: Named[] | undefined) => credentials?.map((credential) => ({ ...credential, id: bytesOf(credential.id) }));

/** Whether this browser can speak to authenticators. It does so only where the connection is safe. */
export const canUsePasskeys = () => typeof PublicKeyCredential === "function" && "credentials" in navigator;

/** Whether people sign in with passkeys here, at this office and in this browser. */
export function useHasPasskeys(): boolean {
  const ways = useWays();
  return canUsePasskeys() && ways?.passkeys === true;
}

/** Has an authenticator make a passkey, and the server keep it. */
export async function makePasskey(password: string, name: string): Promise<Passkey> {
  const challenge = await answer(api.POST("/api/session/passkeys", { body: { password } }));
  const publicKey = asked(challenge);
  const made = (await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      user: { ...publicKey.user, id: bytesOf(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials) ?? [],
    } as unknown as PublicKeyCredentialCreationOptions,
  })) as PublicKeyCredential;
  const { attestationObject, clientDataJSON } = made.response as AuthenticatorAttestationResponse;
  const response = { attestationObject: textOf(attestationObject), clientDataJSON: textOf(clientDataJSON) };
  return proven(answer(api.PUT("/api/session/passkeys", { body: { ceremony: challenge.ceremony, name, credential: credential(made, response) } })));
}

/** Signs in with a passkey, whose account is found by it. */
export async function signInWithPasskey(signal: AbortSignal): Promise<SignedIn> {
  const challenge = await answer(api.POST("/api/session/passkey-challenge"));
  const publicKey = asked(challenge);
  const shown = (await navigator.credentials.get({
    signal,
    publicKey: { ...publicKey, challenge: bytesOf(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) ?? [] } as unknown as PublicKeyCredentialRequestOptions,
  })) as PublicKeyCredential;
  const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response as AuthenticatorAssertionResponse;
  const response = {
    authenticatorData: textOf(authenticatorData),
    clientDataJSON: textOf(clientDataJSON),
    signature: textOf(signature),
    userHandle: userHandle && textOf(userHandle),
  };
  return proven(answer(api.POST("/api/session/passkey", { body: { ceremony: challenge.ceremony, credential: credential(shown, response) } })));
}

/** That the server found no proof in what an authenticator answered. Its code is that of a wrong password, which was not asked for here. */
class Unproven extends Error {}

function proven<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw error instanceof Refusal && error.code === "wrong_credentials" ? new Unproven() : error;
  });
}

/** What an authenticator answered, as it is sent. */
function credential({ id, rawId, type }: PublicKeyCredential, response: Record<string, string | null>): Record<string, never> {
  return { id, rawId: textOf(rawId), type, response } as unknown as Record<string, never>;
}

/** What went wrong between server, browser and authenticator, in words. */
export function usePasskeyTold(): (error: unknown) => string {
  const [messages, told] = [useMessages().passkeys, useTold()];
  return (error) => {
    if (error instanceof DOMException) return (messages.failures as Record<string, string>)[error.name] ?? messages.failures.other;
    return error instanceof Unproven ? messages.unproven : told(error);
  };
}
