/** The contact sheet: passed with one key, and nothing that was flagged passes with it, whatever comes between. */
import type { Page } from "@playwright/test";
import { CASE, lapse, type Api, type Office } from "./office";
import { expect, expectAccessible, lineCame, newPerson, openStage, signIn, test } from "./test";

const pairs = (page: Page) => page.getByRole("main").getByRole("listitem").getByRole("button");
const flagged = (page: Page) => page.getByRole("main").getByRole("button", { pressed: true });
const foot = (page: Page) => page.getByRole("region", { name: "State of your work" });
const passes = (page: Page) => foot(page).getByRole("button", { name: /^Pass \d+/ });
const undecided = async (api: Api) => (await api.must<{ undecided: number }>("GET", `/cases/${CASE}`)).undecided;
const number = (text: string | null) => Number(/\d+/.exec(text ?? "")?.[0] ?? 0);

let arranged: Api | undefined;

/** Has likely lines come on contact sheets, which are looked at for so long, in milliseconds a pair. */
async function arrange(office: Office, least_look: number): Promise<void> {
  arranged = (await newPerson(office, "supervisor")).api;
  const policy = { contact_sheet_from: 970_000, least_look, known_answers: 0, second_looks: 0 };
  await arranged.must("PUT", `/cases/${CASE}/policy`, { policy, because: "likely lines at a glance" });
}

let account = "";
let api: Api;

/** A reviewer before a contact sheet. */
async function begin(page: Page, office: Office): Promise<void> {
  ({ account, api } = await newPerson(office, "reviewer"));
  await signIn(page, account);
  await openStage(page, "Contact sheet");
  await expect(pairs(page).first()).toBeFocused();
}

test.afterEach(async () => {
  const policy = { least_look: 700, known_answers: 0, second_looks: 0 };
  await arranged?.must("PUT", `/cases/${CASE}/policy`, { policy, because: "singly again" });
});

/** Flags the second and the third pair by the keyboard. Returns which lines they are. */
async function flagTwo(page: Page): Promise<string[]> {
  const lines: string[] = [];
  for (const index of [1, 2]) {
    await page.keyboard.press("ArrowRight");
    await expect(pairs(page).nth(index)).toBeFocused();
    await page.keyboard.press("Space");
    await expect(pairs(page).nth(index)).toHaveAttribute("aria-pressed", "true");
    lines.push((await pairs(page).nth(index).locator(".pair-head .figure").first().textContent()) ?? "");
  }
  return lines;
}

/** How many of the pairs that were passed come singly, since the roll speaks against them; told together with how many passed. */
async function spokenAgainst(page: Page): Promise<number> {
  const told = page.getByText(/The roll speaks against \d+ of the pairs/);
  return (await told.count()) === 0 ? 0 : number(await told.textContent());
}

test("A page of likely lines is passed with one key", async ({ page, office }) => {
  await arrange(office, 50);
  await begin(page, office);
  const shown = await pairs(page).count();
  expect(shown).toBeLessThanOrEqual(24);
  const shares = (await page.locator(".pair-head .figure:last-child").allTextContents()).filter((text) => text.endsWith("%"));
  expect(shares.length).toBe(shown);
  const before = await undecided(api);
  await expect(passes(page)).toHaveText(new RegExp(`^Pass ${shown} pairs`));
  await expect(passes(page)).toBeEnabled();
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  await press("Enter");
  const told = page.getByText(/\d+ pairs passed since you sat down/);
  await expect(told).toBeVisible();
  expect(keys, `keystrokes for ${shown} accepted lines`).toBe(1);
  const passed = number(await told.textContent());
  expect(before - (await undecided(api))).toBe(passed);
  expect(passed + (await spokenAgainst(page))).toBe(shown);
});

test("The pairs stand as they are handed out, each with the reference signature that looks most alike", async ({ page, office }) => {
  await arrange(office, 50);
  let handedOut: string[] = [];
  const likest = new Map<string, number>();
  const shown = new Map<string, number>();
  page.on("response", async (response) => {
    const [path, method] = [new URL(response.url()).pathname, response.request().method()];
    const line = /\/lines\/(\d+)\/(\d+)/.exec(path);
    const reference = /\/candidates\/1\/references\/(\d+)$/.exec(path);
    if (line !== null && reference !== null) shown.set(`${line[1]} / ${line[2]}`, Number(reference[1]));
    else if (line !== null && path.endsWith(line[0])) {
      const sheet = (await response.json()) as { likest_reference?: number };
      if (sheet.likest_reference !== undefined) likest.set(`${line[1]} / ${line[2]}`, sheet.likest_reference);
    } else if (method === "PUT" && /\/batches\/[^/]+$/.test(path)) {
      const { lines } = (await response.json()) as { lines: { section: number; line: number }[] };
      handedOut = lines.map(({ section, line }) => `${section} / ${line}`);
    }
  });
  await begin(page, office);
  await expect(pairs(page).last().getByRole("img", { name: "Reference signature" })).toBeVisible();
  expect(await page.locator(".pair-head .figure:first-child").allTextContents()).toEqual(handedOut);
  await expect.poll(() => [...shown.keys()].sort()).toEqual([...handedOut].sort());
  expect([...likest.keys()].sort()).toEqual([...handedOut].sort());
  expect(shown).toEqual(likest);
  // For some voters it is not the first one on file.
  expect(Math.max(...likest.values())).toBeGreaterThan(1);
});

test("What is flagged stays flagged after a reload and another screen, and comes singly", async ({ page, office }) => {
  await arrange(office, 50);
  await begin(page, office);
  const lines = await flagTwo(page);
  const shown = await pairs(page).count();
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  // Of a flagged pair its line is kept, and nothing of anybody.
  for (const line of lines) expect(kept).toContain(line.replaceAll(" ", ""));
  const name = (await pairs(page).nth(1).locator(".unseen").nth(1).textContent())?.split(": ").at(-1) ?? "";
  expect(name.length).toBeGreaterThan(3);
  expect(kept).not.toContain(name);

  await page.getByRole("link", { name: "My cases" }).click();
  await openStage(page, "Contact sheet");
  await expect(flagged(page)).toHaveCount(2);
  await page.reload();
  await expect(flagged(page)).toHaveCount(2);
  expect(await pairs(page).count()).toBe(shown);
  for (const index of [1, 2]) await expect(pairs(page).nth(index)).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page);

  await expect(foot(page).getByRole("button", { name: `Pass ${shown - 2}, send 2 to single review` })).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(page.getByText(/\d+ pairs passed since you sat down/)).toBeVisible();
  await page.goto(`/cases/${CASE}/work/review`);
  await lineCame(page);
  const arrived = await page.getByRole("list", { name: "Lines of this batch" }).getByRole("button").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
  for (const line of lines) {
    const [section, place] = line.split(" / ");
    expect(arrived.some((label) => label.startsWith(`Section ${section}, line ${place}:`))).toBe(true);
  }
});

test("The connection is lost in the middle of a sheet", async ({ page, office, context }) => {
  await arrange(office, 50);
  await begin(page, office);
  await flagTwo(page);
  const shown = await pairs(page).count();
  const before = await undecided(api);
  const arrived: string[] = [];
  page.on("response", (response) => response.url().endsWith("/sheet") && arrived.push(response.url()));
  await expect(passes(page)).toBeEnabled();
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await expect(foot(page)).toContainText("No connection. The sheet and its 2 flags are kept here");
  await expect(foot(page)).toContainText(/trying again in \d+ s/);
  await expectAccessible(page);
  // What is on its way stays as it is.
  await page.keyboard.press("Space");
  await expect(flagged(page)).toHaveCount(2);
  await foot(page).getByRole("button", { name: "Try now" }).click();
  await expect(foot(page)).toContainText("No connection. The sheet and its 2 flags are kept here");
  expect(await undecided(api)).toBe(before);
  // Whoever leaves is asked first.
  const leaves = page.waitForEvent("dialog");
  await page.evaluate(() => setTimeout(() => location.reload()));
  const asked = await leaves;
  expect(asked.type()).toBe("beforeunload");
  await asked.dismiss();

  await context.setOffline(false);
  const told = page.getByText(/\d+ pairs passed since you sat down/);
  await expect(told).toBeVisible();
  const refused = await spokenAgainst(page);
  expect(number(await told.textContent()) + refused).toBe(shown - 2);
  expect(arrived.length).toBe(1);
  expect(before - (await undecided(api))).toBe(shown - 2 - refused);
});

test("The answer to a passed sheet is lost, and the sheet passes once", async ({ page, office }) => {
  await arrange(office, 50);
  await begin(page, office);
  const shown = await pairs(page).count();
  const before = await undecided(api);
  let tries = 0;
  await page.route("**/sheet", async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await expect(passes(page)).toBeEnabled();
  await page.keyboard.press("Enter");
  const told = page.getByText(/\d+ pairs passed since you sat down/);
  await expect(told).toBeVisible();
  expect(tries).toBe(2);
  const refused = await spokenAgainst(page);
  expect(number(await told.textContent())).toBe(shown - refused);
  expect(before - (await undecided(api))).toBe(shown - refused);
});

test("The lease of a sheet lapses", async ({ page, office }) => {
  await arrange(office, 50);
  await begin(page, office);
  await expect(foot(page)).toContainText(/In your hand until \d+:\d+/);
  await flagTwo(page);
  const before = await undecided(api);
  await expect(passes(page)).toBeEnabled();
  lapse(office, account);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "This sheet is not in your hand any more" })).toBeVisible();
  await expect(page.getByText("2 flags of yours went with it.")).toBeVisible();
  await expectAccessible(page);
  expect(await undecided(api)).toBe(before);
  await page.keyboard.press("Enter");
  await expect(pairs(page).first()).toBeFocused();
  await expect(flagged(page)).toHaveCount(0);

  // The same where it lapsed while the page was away.
  await flagTwo(page);
  lapse(office, account);
  await page.reload();
  await expect(page.getByText("2 flags of yours went with it.")).toBeVisible();
});

test("Where signatures come first, a sheet shows no name before they were looked at", async ({ page, office }) => {
  await arrange(office, 2_000);
  await begin(page, office);
  const picture = pairs(page).first().getByRole("img", { name: "Signature on the petition" });
  await expect(picture).toBeVisible();
  await expect(foot(page)).toContainText("The signatures first");
  const names = await page.locator(".pair-text .unseen").allTextContents();
  const name = names[0]?.split(": ").at(-1) ?? "";
  expect(name.length).toBeGreaterThan(3);
  // Shown and read out are what `innerText` has and what the names of the buttons are.
  const seen = () => page.evaluate(() => document.body.innerText.toUpperCase());
  expect(await seen()).not.toContain(name.toUpperCase());
  await expect(pairs(page).first()).not.toHaveAccessibleName(new RegExp(name, "i"));
  await expectAccessible(page);
  const boxes = () => pairs(page).evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
  const before = await boxes();
  await page.keyboard.press("w");
  await expect(pairs(page).first()).toHaveAccessibleName(new RegExp(name, "i"));
  await expect(pairs(page).first()).toBeFocused();
  expect(await boxes()).toEqual(before);
  await expectAccessible(page);

  // By themselves once they were looked at for long enough.
  await page.reload();
  await expect(picture).toBeVisible();
  await expect(pairs(page).first()).not.toHaveAccessibleName(new RegExp(name, "i"));
  await expect(passes(page)).toBeEnabled({ timeout: 90_000 });
  await expect(pairs(page).first()).toHaveAccessibleName(new RegExp(name, "i"));
  expect(await boxes()).toEqual(before);
});
