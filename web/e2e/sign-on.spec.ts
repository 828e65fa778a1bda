/** People of an office that has an identity provider sign in by it, and by nothing that somebody else gave them. */
import type { Page } from "@playwright/test";
import { follow, write } from "./keys";
import { CASE } from "./office";
import { test } from "./sign-on-office";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";

async function signOnAs(page: Page, name: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "County sign-on" })).toBeVisible();
  await write(page.getByLabel("Name"), name);
  await page.keyboard.press("Enter");
}

test("An administrator lets an account be opened by single sign-on, and its owner comes in by it", async ({ page, browser, office }) => {
  const administrator = await newPerson(office, "administrator", { "": ["administrator"] });
  await administrator.api.must("POST", "/people", { account: "ana", name: "Ana Alvarez", duties: { [CASE]: ["intake"] } });
  await signIn(page, administrator.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await follow(page, "People", "Ana Alvarez");
  const card = page.locator("section.card").filter({ hasText: "Sign in with County sign-on" });
  await expect(card).toContainText("Not with this account");
  await tabTo(page, "checkbox", "The person signs in with it");
  await page.keyboard.press("Space");
  await expect(card).toContainText("Waits for whoever comes first with its name");
  await expectAccessible(page);

  // In a browser of her own, since the provider's page is another origin.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: office.url, locale: "en-US" });
  const ana = await context.newPage();
  await ana.goto("/");
  await expect(ana.getByLabel("Account")).toBeFocused();
  await tabTo(ana, "button", "Sign in with County sign-on");
  await expectAccessible(ana);
  await ana.keyboard.press("Enter");
  await signOnAs(ana, "ana");
  await expect(ana.getByRole("heading", { name: "My cases" })).toBeVisible();
  expect(ana.url()).toBe(`${office.url}/`);
  await page.reload();
  await expect(card).toContainText("Belongs to one person there");

  // Her session ends in the middle of work: it goes on when she has signed in on the page beside it.
  await tabTo(ana, "link", /^Recall of/);
  await ana.keyboard.press("Enter");
  await tabTo(ana, "link", "Take a section in");
  await ana.keyboard.press("Enter");
  await write(ana.getByLabel("Number of the section"), "7");
  await context.clearCookies();
  await write(ana.getByLabel("Lines with a signature on page 1"), "1-10");
  await tabTo(ana, "button", "Take the section in");
  await ana.keyboard.press("Enter");
  await expect(ana.getByRole("alertdialog", { name: "Sign in again" })).toBeVisible();
  await tabTo(ana, "button", "Sign in with County sign-on");
  const [beside] = await Promise.all([context.waitForEvent("page"), ana.keyboard.press("Enter")]);
  await signOnAs(beside, "ana");
  await expect(beside.getByRole("heading", { name: "My cases" })).toBeVisible();
  await expect(ana.getByRole("alertdialog")).toBeHidden();
  await expect(ana.getByLabel("Number of the section")).toHaveValue("7");
  await context.close();
});

test("Nobody comes in whom the provider knows and the office does not, nor by a link that somebody else gave", async ({ browser, office }) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: office.url, locale: "en-US" });
  const page = await context.newPage();
  await page.goto("/");
  await tabTo(page, "button", "Sign in with County sign-on");
  await page.keyboard.press("Enter");
  await signOnAs(page, "a stranger");
  await expect(page.getByRole("alert")).toContainText("no account here is yours by it");
  await expectAccessible(page);
  // An address that came by mail.
  await page.goto("/signed-on?code=another&state=another");
  await expect(page.getByRole("alert")).toContainText("nobody began it in this browser");
  expect(page.url()).toBe(`${office.url}/signed-on`);
  await tabTo(page, "link", "To the sign-in");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Account")).toBeVisible();
  await context.close();
});
