/** Figures follow the work while their screen is open. */
import type { Page } from "@playwright/test";
import { CASE, type Api } from "./office";
import { expect, newPerson, signIn, tabTo, test } from "./test";

const STREAMS = "**/api/cases/*/events";

declare global {
  interface Window {
    streams: EventSource[];
  }
}

/** Keeps an eye on every stream that a page opens. */
async function watchStreams(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.streams = [];
    window.EventSource = class extends EventSource {
      constructor(address: string | URL) {
        super(address);
        window.streams.push(this);
      }
    };
  });
}

const openStreams = (page: Page) => page.evaluate(() => window.streams.filter(({ readyState }) => readyState !== EventSource.CLOSED).length);

let batches = 0;

/** Has somebody else decide lines, from another computer. */
async function decide(reviewer: Api, lines: number): Promise<void> {
  batches += 1;
  const batch = `/cases/${CASE}/batches/live-${batches}`;
  const held = await reviewer.must<{ lines: { section: number; line: number }[] }>("PUT", batch, { stage: "review", size: lines });
  expect(held.lines.length).toBe(lines);
  for (const { section, line } of held.lines) {
    await reviewer.must("PUT", `${batch}/lines/${section}/${line}/finding`, { disposition: "invalid", reason: "illegible" });
  }
  await reviewer.must("PUT", `${batch}/closed`);
}

const undecided = async (api: Api) => (await api.must<{ undecided: number }>("GET", `/cases/${CASE}`)).undecided.toLocaleString("en-US");
const figure = (page: Page, name: string) => page.locator(".figures > div").filter({ hasText: name }).getByRole("definition");

test("A decision by another person shows on the supervisor’s screen, and leaving the screen leaves no stream", async ({ page, office }) => {
  const [supervisor, reviewer] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer")];
  await watchStreams(page);
  await signIn(page, supervisor.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await expect.poll(() => openStreams(page)).toBe(0);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Live: changes show as they happen")).toBeVisible();
  await page.evaluate(() => Object.assign(window, { notLoadedAgain: true }));
  const waiting = page.getByRole("row", { name: /^Review/ }).getByRole("cell").first();
  const linesLeft = page.locator(".clock-figures > div").filter({ hasText: "Lines left" }).getByRole("definition");
  await expect(figure(page, "Undecided")).toHaveText(await undecided(supervisor.api));
  const before = await undecided(supervisor.api);
  await expect(waiting).toHaveText(before);
  await expect(linesLeft).toHaveText(before);
  for (const lines of [3, 2]) {
    await decide(reviewer.api, lines);
    const now = await undecided(supervisor.api);
    expect(now).not.toBe(before);
    // While the stream stands the figures are asked for once a minute: what shows sooner was told by it.
    for (const shown of [figure(page, "Undecided"), waiting, linesLeft]) await expect(shown).toHaveText(now);
  }
  expect(await page.evaluate(() => "notLoadedAgain" in window)).toBe(true);
  await expect.poll(() => openStreams(page)).toBe(1);

  await tabTo(page, "link", "Oversight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Pace and agreement" })).toBeVisible();
  await expect.poll(() => openStreams(page)).toBe(0);
  for (let times = 0; times < 3; times += 1) {
    await page.goBack();
    await expect(page.getByText("Live: changes show as they happen")).toBeVisible();
    await expect.poll(() => openStreams(page)).toBe(1);
    await page.goForward();
    await expect(page.getByRole("heading", { name: "Pace and agreement" })).toBeVisible();
    await expect.poll(() => openStreams(page)).toBe(0);
  }
});

test("Where the stream breaks the figures are asked for as before, and follow again once it is back", async ({ page, office }) => {
  const [observer, reviewer] = [await newPerson(office, "observer"), await newPerson(office, "reviewer")];
  await page.route(STREAMS, (route) => route.abort());
  await signIn(page, observer.account);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^As of/)).toBeVisible();
  await expect(figure(page, "Undecided")).toHaveText(await undecided(observer.api));
  await decide(reviewer.api, 2);
  await expect(figure(page, "Undecided")).toHaveText(await undecided(observer.api), { timeout: 60_000 });
  await expect(page.getByText("Live: changes show as they happen")).toBeHidden();
  await page.unroute(STREAMS);
  await expect(page.getByText("Live: changes show as they happen")).toBeVisible({ timeout: 60_000 });
});
