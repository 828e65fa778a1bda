/** The one way to the server: requests typed by its own document, and what goes wrong as a `Refusal` with a code that screens key on. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Candidate = Schemas["Candidate"];
export type Closed = Schemas["Closed"];
export type Found = Schemas["Found"];
export type InHand = Schemas["InHand"];
export type MyCase = Schemas["MyCase"];
export type Role = Schemas["Role"];
export type Sheet = Schemas["Sheet"];
export type SignedIn = Schemas["SignedIn"];
export type Slip = Schemas["Slip"];
export type Standing = Schemas["Standing"];
export type Voter = Schemas["Voter"];
export type Duties = Record<string, Role[]>;

export type StageName = Schemas["StageName"];

/** What the server says went wrong, by name, and what the connection does. */
export type ProblemCode = Schemas["Code"] | "offline";

/** An answer that was no, or none at all. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    /** The server's own words, in English. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** How long an answer is waited for before the connection counts as lost, in milliseconds. */
const PATIENCE = 15_000;

type SessionCode = "not_signed_in" | "password_change_needed";
let turned: (code: SessionCode) => void = () => undefined;

/** Names what is to be done once the server no longer knows the session, or wants a new password first. */
export function whenSessionTurns(then: (code: SessionCode) => void): void {
  turned = then;
}

let ahead = 0;

/** The time as the server has it, in milliseconds since 1970: a workstation's own clock may be minutes off, and leases are the server's. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** Learns from an answer how far the server's clock is ahead. It tells whole seconds, so that less than two is no difference. */
function learnTime(response: Response): void {
  const difference = Date.parse(response.headers.get("date") ?? "") - Date.now();
  if (Number.isFinite(difference)) ahead = Math.abs(difference) < 2_000 ? 0 : difference;
}

export const api = createClient<paths>({
  credentials: "same-origin",
  fetch: async (request) => {
    const response = await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) });
    learnTime(response);
    return response;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; everything else is thrown as a `Refusal`. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await asked;
  } catch (error) {
    throw new Refusal("offline", String(error));
  }
  if (got.response.ok) return got.data as T;
  const refusal = refusalOf(got.error, got.response.status);
  if (refusal.code === "not_signed_in" || refusal.code === "password_change_needed") turned(refusal.code);
  throw refusal;
}

function refusalOf(problem: unknown, status: number): Refusal {
  if (typeof problem === "object" && problem !== null && "code" in problem && "detail" in problem) {
    return new Refusal(problem.code as ProblemCode, String(problem.detail));
  }
  // A proxy between here and the server answers in its own words.
  return new Refusal(status >= 500 ? "unavailable" : "internal", `the answer has the status ${status} and is none of the server's own`);
}

/** What was thrown, as a refusal: whatever else it is, it is our fault. */
export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal("internal", String(error));
}

/** Whether asking again may help without anybody doing anything about it. */
export function mayPass(code: ProblemCode): boolean {
  return code === "offline" || code === "unavailable" || code === "internal";
}
