/** Several people at one case. */
import type { Browser, Locator, Page } from "@playwright/test";
import { CASE, type Api } from "./office";
import { expect, expectAccessible, lineShown, newPerson, openStage, signIn, tabTo, test } from "./test";

async function elsewhere(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, locale: "en-US" });
  return context.newPage();
}

test("Two reviewers on one line: each looks for themselves", async ({ page, office, browser }) => {
  const [first, second] = [await newPerson(office, "reviewer"), await newPerson(office, "reviewer")];
  const other = await elsewhere(browser, office.url);
  await signIn(page, first.account);
  await openStage(page, "Review");
  const mine = await lineShown(page);
  await signIn(other, second.account);
  await openStage(other, "Review");
  // At the same time nobody has what another has.
  expect(await lineShown(other)).not.toBe(mine);

  // The first finds that the signature does not compare, and hands in.
  await page.keyboard.press("s");
  await lineShown(page);
  await page.keyboard.press("d");
  await tabTo(page, "button", /Hand in and stop/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();

  // The second gets the line, without a word of what was found.
  await other.goto("/");
  await openStage(other, "Another look");
  expect((await lineShown(other)).replace(/\d+ of \d+$/, "")).toBe(mine.replace(/\d+ of \d+$/, ""));
  await expect(other.getByText(/What was found is not shown/)).toBeVisible();
  await expect(other.getByRole("region", { name: "Decide" }).getByRole("button", { name: /Valid|Signature|Not registered/ })).toHaveCount(2);
  await expect(other.getByRole("region", { name: "Decide" }).getByRole("button", { pressed: true })).toHaveCount(0);
  await expectAccessible(other);
  await other.keyboard.press("v");
  await expect(other.getByRole("heading", { name: "This batch is decided" })).toBeVisible();
  await tabTo(other, "button", /Hand in and stop/);
  await other.keyboard.press("Enter");
  await expect(other.getByRole("heading", { name: "Work that waits" })).toBeVisible();
  const queues = await second.api.must<{ stage: string; lines: number }[]>("GET", `/cases/${CASE}/queues`);
  expect(queues.find(({ stage }) => stage === "blind_review")?.lines).toBe(0);
  // The first one never gets it again.
  await page.goto(`/cases/${CASE}/work/blind_review`);
  await expect(page.getByRole("heading", { name: "No lines wait for you here" })).toBeVisible();
  await expectAccessible(page);
  await other.context().close();
});

test("A signature is rejected when three reviewers find that it does not compare", async ({ office, browser }) => {
  const standing = async (api: Api) => {
    const { invalid, undecided } = await api.must<{ invalid: number; undecided: number }>("GET", `/cases/${CASE}`);
    return { invalid, undecided };
  };
  let [line, before] = ["", { invalid: 0, undecided: 0 }];
  for (const look of [1, 2, 3]) {
    const { account, api } = await newPerson(office, "reviewer");
    if (look === 1) before = await standing(api);
    else expect(await standing(api)).toEqual(before);
    const page = await elsewhere(browser, office.url);
    await signIn(page, account);
    await openStage(page, look === 1 ? "Review" : "Another look");
    const shown = (await lineShown(page)).replace(/ \d+ of \d+$/, "");
    if (look > 1) expect(shown).toBe(line);
    line = shown;
    await page.keyboard.press("s");
    if (look === 1) {
      await lineShown(page);
      await page.keyboard.press("d");
    } else {
      await expect(page.getByRole("heading", { name: "This batch is decided" })).toBeVisible();
    }
    await tabTo(page, "button", /Hand in and stop/);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();
    if (look === 3) expect(await standing(api)).toEqual({ invalid: before.invalid + 1, undecided: before.undecided - 1 });
    await page.context().close();
  }
  // Nobody is asked a fourth time.
  const { api } = await newPerson(office, "reviewer");
  const queues = await api.must<{ stage: string; lines: number }[]>("GET", `/cases/${CASE}/queues`);
  expect(queues.find(({ stage }) => stage === "blind_review")?.lines).toBe(0);
});

test("A supervisor decides what a reviewer passed on, and sees where the case stands", async ({ page, office, browser }) => {
  const [reviewer, supervisor] = [await newPerson(office, "reviewer"), await newPerson(office, "supervisor")];
  const other = await elsewhere(browser, office.url);
  await signIn(other, reviewer.account);
  await openStage(other, "Review");
  const line = await lineShown(other);
  await other.keyboard.press("t");
  await other.keyboard.type("I know this person");
  await other.keyboard.press("Control+Enter");
  await expect(other.getByRole("heading", { level: 1 })).not.toHaveText(line);
  await other.context().close();

  await signIn(page, supervisor.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Valid signatures against those required" })).toBeVisible();
  await expect(page.getByText("Work that waits")).toBeVisible();
  await expect(page.getByRole("img", { name: /^Lines left by day/ })).toBeVisible();
  await expectAccessible(page);
  const before = await supervisor.api.must<{ undecided: number }>("GET", `/cases/${CASE}`);
  await tabTo(page, "link", /^Begin: Passed on/);
  await page.keyboard.press("Enter");
  await lineShown(page);
  await expectAccessible(page);
  for (;;) {
    await lineShown(page);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(100);
    if (await page.getByRole("heading", { name: "This batch is decided" }).isVisible()) break;
  }
  await tabTo(page, "button", /Hand in and stop/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();
  const after = await supervisor.api.must<{ undecided: number }>("GET", `/cases/${CASE}`);
  expect(after.undecided).toBeLessThan(before.undecided);
});

test("A contact sheet of likely lines is passed with one key, and what gives pause goes to single review", async ({ page, office }) => {
  const [reviewer, supervisor] = [await newPerson(office, "reviewer"), await newPerson(office, "supervisor")];
  const policy = { contact_sheet_from: 990_000, least_look: 1_000, known_answers: 0, second_looks: 0 };
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy, because: "likely lines at a glance" });
  await signIn(page, reviewer.account);
  await openStage(page, "Contact sheet");
  await expect(page.getByRole("heading", { name: "Contact sheet" })).toBeVisible();
  const pairs = page.getByRole("main").getByRole("listitem").getByRole("button");
  await expect(pairs.first()).toBeFocused();
  const shown = await pairs.count();
  expect(shown).toBeGreaterThanOrEqual(12);
  // Too soon: the page stays. There are seconds left to look for, so that it is too soon on a slow machine as well.
  await expect(page.getByRole("button", { name: /Look for \d+ s more/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expectAccessible(page);
  await page.keyboard.press("ArrowRight");
  await expect(pairs.nth(1)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(pairs.nth(1)).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page);
  const before = await reviewer.api.must<{ undecided: number }>("GET", `/cases/${CASE}`);
  await expect(page.getByRole("button", { name: `Pass ${shown - 1}, send 1 to single review` })).toBeEnabled({ timeout: 90_000 });
  await page.keyboard.press("Enter");
  const told = page.getByText(/\d+ pairs passed since you sat down/);
  await expect(told).toBeVisible();
  const number = async (text: Locator) => Number(/\d+/.exec((await text.textContent()) ?? "")?.[0]);
  const passed = await number(told);
  // Which pairs come depends on the scenarios before: where the roll speaks against one, it comes singly and the page says so.
  const singly = page.getByText(/The roll speaks against \d+ of the pairs/);
  expect(passed + ((await singly.count()) === 0 ? 0 : await number(singly))).toBe(shown - 1);
  const after = await reviewer.api.must<{ undecided: number }>("GET", `/cases/${CASE}`);
  expect(before.undecided - after.undecided).toBe(passed);
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, contact_sheet_from: undefined }, because: "singly again" });
});
