/** An office for the tests: a synthetic county, a case under examination, and the real server. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { request, type APIRequestContext } from "@playwright/test";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** The name of the case at the server. */
export const CASE = "recall";
export const PASSWORD = "four words in a row";

export type Duties = Record<string, string[]>;

export interface Office {
  /** Where the workstation is. */
  url: string;
  /** The folder with the case. */
  folder: string;
  /** The code of the first account, good once. */
  firstSlip: string;
  /** Whether the pages come from the program under test, and not from a preview of what was built beside it. */
  whole: boolean;
  api: Api;
  /** Makes a person with a password who may do this, and signs them in. */
  person: (account: string, duties: Duties) => Promise<Api>;
  stop: () => Promise<void>;
}

/** The program under test. */
export function program(): string {
  return (found ??= process.env.COUNTERSIGN ?? built());
}

let found: string | undefined;

function built(): string {
  const metadata = execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 });
  const { target_directory: target } = JSON.parse(metadata) as { target_directory: string };
  return join(target, "release/countersign");
}

/** Asks the server as a program does, with a token. Each has a context of its own, since a cookie would go before the token. */
export class Api {
  private constructor(
    private readonly context: APIRequestContext,
    private readonly address: string,
    readonly token: string,
  ) {}

  static async at(address: string, token = ""): Promise<Api> {
    return new Api(await request.newContext({ baseURL: address, ignoreHTTPSErrors: true }), address, token);
  }

  async ask(method: string, path: string, data?: unknown): Promise<{ status: number; body: unknown }> {
    const headers: Record<string, string> = this.token === "" ? {} : { authorization: `Bearer ${this.token}` };
    const response = await this.context.fetch(`/api${path}`, { method, headers, ...(data === undefined ? {} : { data }) });
    const text = await response.text();
    return { status: response.status(), body: text === "" ? null : JSON.parse(text) };
  }

  async must<T>(method: string, path: string, data?: unknown): Promise<T> {
    const { status, body } = await this.ask(method, path, data);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  /** The same server for somebody else. */
  as(token: string): Promise<Api> {
    return Api.at(this.address, token);
  }

  /** The status of a page. */
  async status(path: string): Promise<number> {
    return (await this.context.get(path)).status();
  }
}

/** Does what an office does at the command line, in its folder. */
export function command(folder: string, ...words: string[]): void {
  execFileSync(program(), words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** A synthetic county with a case, its lines looked up on the roll. `change` may change what was made of the county before the case is opened. */
export function examined(scale: string, change: (folder: string) => void = () => undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "workstation-"));
  const run = (...words: string[]) => command(folder, ...words);
  run("synth", "--dir", ".", "--scale", scale, "--images", "1000");
  change(folder);
  run("roll", "import", "roll.csv", "--layout", "generic", "--out", "roll");
  lookUp(folder, CASE);
  const drawn = ["pages", "strips", "signatures", "references"].flatMap((kind) => [`--${kind}`, `images/${kind}`]);
  run("intake", "images", `${CASE}.case`, "--images", "store", ...drawn, "--roll", "roll");
  return folder;
}

/** Opens a case in the folder of a county, takes its lines in, and looks them up on the roll. */
export function lookUp(folder: string, name: string, facts = "case.json"): void {
  const run = (...words: string[]) => command(folder, ...words);
  run("case", "new", `${name}.case`, "--facts", facts);
  run("intake", "receive", `${name}.case`, "--lines", "petition.csv", "--sections", "sections.csv");
  run("intake", "count", `${name}.case`);
  run("match", "--roll", "roll", "--case", `${name}.case`);
}

export function openOffice(scale = process.env.SCALE ?? "1:2000"): Promise<Office> {
  return serve(examined(scale));
}

/** The cases of the small office: nothing received, counted only, every line decided, and certified with a published record. */
export const SMALL = ["empty", "keyed", "counted", "decided", "published"] as const;

/** An office with small cases at every point of their course, with a store of images and a page for everybody. */
export async function openSmallOffice(): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), "workstation-"));
  command(folder, "synth", "--dir", ".", "--scale", "1:10000");
  command(folder, "roll", "import", "roll.csv", "--layout", "generic", "--out", "roll");
  makeSmallCases(folder);
  return serve(folder, [...SMALL], "--public", "public");
}

/** Opens the small cases in the folder of a county, and publishes the last of them. */
export function makeSmallCases(folder: string): void {
  const run = (...words: string[]) => command(folder, ...words);
  for (const name of SMALL) {
    const file = `${name}.case`;
    run("case", "new", file, "--facts", "case.json");
    if (name === "empty" || name === "keyed") continue;
    run("intake", "receive", file, "--lines", "petition.csv", "--sections", "sections.csv");
    run("intake", "count", file);
    if (name === "counted") continue;
    run("match", "--roll", "roll", "--case", file);
    run("decide", file, "decisions.csv", "--roll", "roll");
    run("intake", "void", file, "section_decisions.csv");
  }
  run("certify", "published.case", "--roll", "roll", "--on", "2022-08-15", "--out", "out");
  run("key", "new", "county.example/published", "--out", "log.key");
  mkdirSync(join(folder, "public"));
  run("publish", "published.case", "--key", "log.key", "--out", "public/published");
}

/** An office with one case, of which nothing was received. */
export function openEmptyOffice(...more: string[]): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), "workstation-"));
  command(folder, "synth", "--dir", ".", "--scale", "1:10000");
  command(folder, "roll", "import", "roll.csv", "--layout", "generic", "--out", "roll");
  command(folder, "case", "new", `${CASE}.case`, "--facts", "case.json");
  return serve(folder, [CASE], ...more);
}

/** The server over cases in a folder. */
export async function serve(folder: string, cases: readonly string[] = [CASE], ...more: string[]): Promise<Office> {
  // Passkeys are made for the address of the pages, so that is settled before anything runs.
  const port = await freePort();
  const url = `https://localhost:${port}`;
  const files = cases.map((name) => `${name}.case`);
  const words = ["serve", ...files, "--roll", "roll", "--images", "store", "--office", "office.db", "--time-zone", "America/Los_Angeles", "--origin", url, ...more, "--listen"];
  const start = async (at: number) => {
    const server = spawn(program(), [...words, `127.0.0.1:${at}`], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const said = await saysUntil(server, /Serving on (https:\S+?);/);
    const address = (/Serving on (https:\S+?);/.exec(said)?.[1] ?? "").replace("127.0.0.1", "localhost");
    return { server, said, address };
  };
  const first = await start(port);
  const firstSlip = /good once: (\S+)/.exec(first.said)?.[1] ?? "";
  const whole = process.env.PREVIEW === undefined && (await (await Api.at(url)).status("/")) === 200;
  // Where the pages come from a preview (the program has none, or PREVIEW asks for it), that has their address, and the server has another.
  if (!whole) await ended(first.server);
  const { server, address } = whole ? first : await start(0);
  const preview = whole ? null : await previewOf(address, port, join(folder, "office.db.tls"));
  const nobody = await Api.at(address);
  let administrator: Api | null = null;

  /** The administrator's session, by the first slip. A test that wants that slip for itself uses it before anybody is made. */
  const asAdministrator = async () => {
    if (administrator === null) {
      const enrolled = await nobody.ask("POST", "/enrolment", { slip: firstSlip, password: PASSWORD });
      const opened = enrolled.status === 200 ? enrolled.body : await nobody.must("POST", "/session", { account: "administrator", password: PASSWORD });
      administrator = await nobody.as((opened as { token: string }).token);
    }
    return administrator;
  };

  return {
    url,
    folder,
    firstSlip,
    whole,
    api: nobody,
    person: async (account, duties) => {
      const keeper = await asAdministrator();
      await keeper.must("POST", "/people", { account, name: nameOf(account), duties });
      const [slip] = await keeper.must<{ code: string }[]>("POST", "/people/slips", { accounts: [account] });
      const opened = await nobody.must<{ token: string }>("POST", "/enrolment", { slip: slip?.code, password: PASSWORD });
      return nobody.as(opened.token);
    },
    stop: async () => {
      preview?.kill();
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const nameOf = (account: string) => account.split(/[.-]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ");

/** What was built lately, with the API of a program that was built without it: so that a change of a screen needs no new program. */
async function previewOf(server: string, port: number, certificate: string): Promise<ChildProcess> {
  const child = spawn(join(ROOT, "web/node_modules/.bin/vite"), ["preview", "--port", String(port), "--strictPort", "--host", "localhost"], {
    cwd: join(ROOT, "web"),
    env: { ...process.env, COUNTERSIGN_SERVER: server, COUNTERSIGN_CERTIFICATE: certificate, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await saysUntil(child, /Local:/);
  return child;
}

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => listener.once("listening", listening));
  const { port } = listener.address() as AddressInfo;
  await new Promise((closed) => listener.close(closed));
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((exited) => child.once("exit", exited));
  child.kill();
  await exit;
}

function saysUntil(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (wanted.test(said)) resolve(said);
    });
    child.once("exit", (status) => reject(new Error(`ended with ${status}, having said: ${said}`)));
  });
}

/** The code that an authenticator shows for a secret (RFC 6238), so many steps of half a minute from now. */
export function totp(secret: string, steps = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return ((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}

/** Turns the clock of a batch, as if nothing had been found on it for too long. */
export const lapse = (office: Office, account: string) => turn(office, CASE, account, "UPDATE batch SET until = 1 WHERE person LIKE ? AND closed_at IS NULL");

/** Takes out of everybody's hands what they still have, as if they had found nothing on it. */
export function handBack(office: Office): void {
  turn(office, CASE, "%", "UPDATE in_hand SET finding = NULL, found_at = NULL WHERE batch IN (SELECT id FROM batch WHERE person LIKE ? AND closed_at IS NULL)");
  lapse(office, "%");
}

/** Turns the clock of a section, as if nothing had been keyed of it for too long. */
export const lapseKeying = (office: Office, name: string, account: string) => turn(office, name, account, "UPDATE keying SET until = 1 WHERE person = ? AND handed_in IS NULL");

function turn(office: Office, name: string, account: string, how: string): void {
  const script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[3], (sys.argv[2],)); c.commit()";
  execFileSync("python3", ["-c", script, join(office.folder, `${name}.case`), account, how]);
}
