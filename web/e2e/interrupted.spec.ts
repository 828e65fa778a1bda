/** What goes wrong in the middle of work: the connection, the lease, the session, the page. Nothing that was decided is lost in silence. */
import type { Page } from "@playwright/test";
import { CASE, lapse, PASSWORD, type Api } from "./office";
import { expect, expectAccessible, lineShown, newPerson, nothingAsked, openStage, signIn, test } from "./test";

const foot = (page: Page) => page.getByRole("region", { name: "State of your work" });

async function decide(page: Page, key: string): Promise<string> {
  const line = await lineShown(page);
  await page.keyboard.press(key);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(line);
  return line;
}

/** What the server has of the batch that the page works on. */
async function findings(page: Page, api: Api): Promise<(string | undefined)[]> {
  const batch = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("countersign.work:"));
    return (JSON.parse(sessionStorage.getItem(key ?? "") ?? "{}") as { batch: string }).batch;
  });
  const { lines } = await api.must<{ lines: { finding?: { disposition: string; reason?: string } }[] }>("GET", `/cases/${CASE}/batches/${batch}`);
  return lines.map(({ finding }) => finding?.reason ?? finding?.disposition);
}

test("The connection is lost in the middle of a batch", async ({ page, office, context }) => {
  const { account, api } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  await decide(page, "v");
  await expect(foot(page)).toContainText("Everything is stored");
  // The next sheets are there already, so that work goes on.
  await nothingAsked(page);

  await context.setOffline(true);
  await decide(page, "v");
  await decide(page, "n");
  await decide(page, "i");
  const place = await lineShown(page);
  await expect(foot(page)).toContainText("No connection. 3 decisions are kept here");
  await expectAccessible(page);
  expect((await findings(page, api)).filter(Boolean)).toEqual(["valid"]);
  // What is kept says nothing of a voter but the number.
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  const name = (await page.getByRole("radio").first().locator("..").locator("strong").textContent()) ?? "";
  expect(name.length).toBeGreaterThan(3);
  expect(kept).not.toContain(name);
  expect(kept).toMatch(/"voter\\*":\\*"\d+/);

  await context.setOffline(false);
  await expect(foot(page)).toContainText("Everything is stored");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(place);
  expect((await findings(page, api)).slice(0, 5)).toEqual(["valid", "valid", "not_registered", "illegible", undefined]);
});

test("The page is loaded again before everything is stored", async ({ page, office }) => {
  const { account, api } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  await nothingAsked(page);
  await page.route("**/finding", (route) => route.abort());
  await decide(page, "v");
  await lineShown(page);
  await page.keyboard.press("m");
  await page.keyboard.type("with a note");
  await page.keyboard.press("Control+Enter");
  const noted = await decide(page, "x");
  const place = await lineShown(page);
  await expect(foot(page)).toContainText("2 decisions are kept here");
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain("with a note");
  page.on("dialog", (dialog) => void dialog.accept());
  // Only the page that is loaded anew reaches the server, however slow the one before it is to go.
  await page.reload({ waitUntil: "commit" });
  await page.unroute("**/finding");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(place);
  await expect(foot(page)).toContainText("Everything is stored");
  // The finding with a note is not sent without it: its note is gone, so the line is asked about again.
  expect((await findings(page, api)).slice(0, 3)).toEqual(["valid", undefined, undefined]);
  await lineShown(page);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(noted);
  await expect(page.getByText(/You found “Blank or crossed out” here before/)).toBeVisible();
});

test("The lease lapses while nobody decides", async ({ page, office }) => {
  const { account, api } = await newPerson(office, "reviewer");
  const before = await api.must<{ valid: number }>("GET", `/cases/${CASE}`);
  await signIn(page, account);
  await openStage(page, "Review");
  await decide(page, "v");
  await expect(foot(page)).toContainText("Everything is stored");
  // What is fetched ahead would tell that the lease has lapsed before the key does.
  await nothingAsked(page);
  lapse(office, account);
  const unstored = await lineShown(page);
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { name: "These lines are not in your hand any more" })).toBeVisible();
  const [, section = "", line = ""] = /Section (\d+), line (\d+)/.exec(unstored) ?? [];
  await expect(page.getByRole("listitem").filter({ hasText: `Section ${section}, line ${line}` })).toContainText("Outside the jurisdiction");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await lineShown(page);
  // What was stored is part of the case; what was not is shown again with its line.
  const after = await api.must<{ valid: number }>("GET", `/cases/${CASE}`);
  expect(after.valid).toBe(before.valid + 1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(new RegExp(`Section ${section}, line ${line}`));
  await expect(page.getByText(/You found “Outside the jurisdiction” here before, and it was not stored/)).toBeVisible();
  await expectAccessible(page);
});

test("The session ends in the middle of a batch", async ({ page, office }) => {
  const { account, api } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  await decide(page, "v");
  await expect(foot(page)).toContainText("Everything is stored");
  // What is fetched ahead would tell that the session has ended before the key does.
  await nothingAsked(page);
  // A password changed elsewhere ends all other sessions.
  const password = "another four words in a row";
  await api.must("PUT", "/session/password", { old: PASSWORD, new: password });
  await lineShown(page);
  await page.keyboard.press("n");
  const dialog = page.getByRole("alertdialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await expect(dialog.getByLabel("Password")).toBeFocused();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(foot(page)).toContainText("Everything is stored");
  expect((await findings(page, api)).slice(0, 2)).toEqual(["valid", "not_registered"]);
});
