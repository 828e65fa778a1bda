/** What every scenario has: one office, a browser in which nothing goes wrong unseen, and the hands of a person at the keyboard. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test as base, type BrowserContext, type CDPSession, type Page, type Request } from "@playwright/test";
import { reach } from "./keys";
import { CASE, handBack, openOffice, PASSWORD, type Duties, type Office } from "./office";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[];
}

export interface Watched {
  /** The origins that are asked: the server's, and what a scenario adds to it. */
  origins: string[];
  /** Requests that left them. */
  elsewhere: string[];
  /** What the browser complained of. */
  complaints: string[];
}

export const test = base.extend<{ watched: Watched; handedBack: undefined }, { office: Office }>({
  office: [
    // Playwright reads the names of what a fixture uses from this pattern, though it uses nothing.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await openOffice();
      await use(office);
      await office.stop();
    },
    // A county of its full size takes its time.
    { scope: "worker", timeout: process.env.SCALE === undefined ? 300_000 : 1_800_000 },
  ],
  baseURL: async ({ office }, use) => use(office.url),
  watched: [
    async ({ context, browser, office }, use) => {
      const watched: Watched = { origins: [office.url], elsewhere: [], complaints: [] };
      const watchEach = (one: BrowserContext) => watch(one, watched);
      watchEach(context);
      // Other people of a scenario have browsers of their own.
      browser.on("context", watchEach);
      await use(watched);
      browser.off("context", watchEach);
      expect(watched.elsewhere, "no request leaves the server's origin").toEqual([]);
      expect(watched.complaints, "the browser has nothing to complain of").toEqual([]);
    },
    { auto: true },
  ],
  // Whoever left a scenario with lines in hand would keep them from the next ones.
  handedBack: [
    async ({ office }, use) => {
      await use(undefined);
      if (existsSync(join(office.folder, `${CASE}.case`))) handBack(office);
    },
    { auto: true },
  ],
});

/** Watches every page of somebody's browser, those that open by themselves among them. */
function watch(context: BrowserContext, watched: Watched): void {
  context.on("request", (request) => {
    // Pictures are shown from the memory of the page.
    const address = request.url().replace(/^blob:/, "");
    if (!watched.origins.some((origin) => address === origin || address.startsWith(`${origin}/`))) watched.elsewhere.push(request.url());
  });
  context.on("weberror", (error) => watched.complaints.push(String(error.error())));
  context.on("console", (message) => {
    // Every answer that is no is told as an error by the browser; the scenarios expect them.
    const expected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !expected) watched.complaints.push(message.text());
  });
}

export { expect };

let people = 0;

/** A new person with a password who may do this. */
export async function newPerson(office: Office, role: string, duties: Duties = { [CASE]: [role] }) {
  people += 1;
  const account = `${role}.${people}`;
  const api = await office.person(account, duties);
  return { account, api };
}

/** Signs in from the keyboard. */
export async function signIn(page: Page, account: string, password = PASSWORD): Promise<void> {
  await page.goto("/");
  await expect(page.getByLabel("Account")).toBeFocused();
  await page.keyboard.type(account);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** Goes forward with the Tab key until what has this name has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, role: "link" | "button" | "checkbox" | "radio" | "textbox" | "combobox", name: string | RegExp): Promise<void> {
  await reach(page.getByRole(role, { name, exact: typeof name === "string" }).first());
}

/** Opens a stage of the work from the first screen, by the keyboard alone. */
export async function openStage(page: Page, stage: "Review" | "Another look" | "Passed on" | "Contact sheet"): Promise<void> {
  await tabTo(page, "link", new RegExp(`^${stage}`));
  await page.keyboard.press("Enter");
}

/** Waits for a line on the screen. Returns which one it is. */
export async function lineCame(page: Page): Promise<string> {
  const heading = page.getByRole("heading", { level: 1, name: /^Section/ });
  await expect(heading).toBeVisible();
  await expect(page.getByRole("region", { name: "Decide" })).toBeVisible();
  return (await heading.textContent()) ?? "";
}

/** Whether decisions on the line wait until more of it than its signatures was seen. */
export async function waitsForLine(page: Page): Promise<boolean> {
  return page.getByRole("region", { name: "Decide" }).getByRole("button", { name: "Valid" }).isDisabled();
}

/** Waits for a line on the screen that can be decided, and for the moment in which a key that bounced would be passed over. */
export async function lineShown(page: Page): Promise<string> {
  const line = await lineCame(page);
  if (await waitsForLine(page)) await page.keyboard.press("w");
  await page.waitForTimeout(200);
  return line;
}

/** Waits until the page has asked for nothing for a while and waits for no answer: everything that is fetched ahead is here. */
export async function nothingAsked(page: Page): Promise<void> {
  let last = Date.now();
  const open = new Set<Request>();
  const asked = (request: Request) => {
    last = Date.now();
    // What tells of changes as they happen has no end.
    if (request.resourceType() !== "eventsource") open.add(request);
  };
  const answered = (request: Request) => {
    last = Date.now();
    open.delete(request);
  };
  page.on("request", asked).on("requestfinished", answered).on("requestfailed", answered);
  await expect.poll(() => (open.size === 0 ? Date.now() - last : 0)).toBeGreaterThan(1_000);
  page.off("request", asked).off("requestfinished", answered).off("requestfailed", answered);
}

/** Lays down that signatures are looked at before names, or that they are not. */
export async function signaturesFirst(office: Office, wanted: boolean): Promise<void> {
  const { api } = await newPerson(office, "supervisor");
  const { policy } = await api.must<{ policy: object }>("GET", `/cases/${CASE}/policy`);
  await api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, signatures_first: wanted }, because: "as the scenario needs it" });
}

/** A device of the browser’s own making that keeps passkeys. */
export interface Device {
  cdp: CDPSession;
  id: string;
}

/** A security key that knows its owner, put into the computer. */
export async function plugIn(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "usb", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return { cdp, id: authenticatorId };
}

/** No violation of the rules of WCAG 2.2 AA and of good practice that can be checked by a program. */
export async function expectAccessible(page: Page): Promise<void> {
  // A colour on its way to another is neither of them.
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => (one instanceof CSSTransition ? one.finished.catch(() => undefined) : undefined))));
  await page.evaluate(axe);
  const result = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<AxeResult> } };
    // What has just been scrolled halfway under a bar that stays is not too small to be hit: the bars scroll along while the page is checked.
    const bars = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => getComputedStyle(element).position === "sticky");
    for (const { style } of bars) [style.position, style.inset] = ["relative", "auto"];
    const result = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    for (const { style } of bars) [style.position, style.inset] = ["", ""];
    return result;
  });
  const told = result.violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ target, failureSummary }) => `  ${target.join(" ")}: ${failureSummary}`).join("\n")}`);
  expect(told.join("\n")).toBe("");
}
