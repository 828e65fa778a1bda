/** What the registrar looks at and prints: the dice so far, the certificate as a document, and paper that is white. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { openSmallOffice } from "./office";
import { expect, expectAccessible, newPerson, signIn, test as base } from "./test";

// An office of its own, since these cases are sealed and certified elsewhere as well.
const test = base.extend<object, object>({
  office: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await openSmallOffice();
      await use(office);
      await office.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

/** Takes the document along that is shown, and says what it begins with. */
async function taken(page: Page, file: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  expect(download.suggestedFilename()).toBe(file);
  return readFileSync(await download.path()).subarray(0, 5).toString();
}

test("The digits that were rolled stand after a look at another step", async ({ page, office }) => {
  const registrar = await newPerson(office, "registrar", { decided: ["registrar"] });
  const { sealed } = await registrar.api.must<{ sealed: { seed_digits: number } }>("PUT", "/cases/decided/sample/sealed", { size: null });
  await signIn(page, registrar.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto("/cases/decided/registrar/sample");
  const step = (name: string) => page.getByRole("button", { name: new RegExp(name) }).first().click();
  await step("The dice are rolled");
  for (const [index, by] of ["Ana", "Ben"].entries()) {
    const group = page.getByRole("group", { name: `Digits ${index * 4 + 1} to` });
    await group.getByLabel("Digits").fill("3141");
    await group.getByLabel("Rolled by").fill(by);
    await group.getByRole("checkbox").press("Space");
  }
  await page.getByLabel("Where it was filmed, who watched").fill("room 120");
  const stand = page.getByText(`8 of ${sealed.seed_digits} digits stand`);
  await expect(stand).toBeVisible();
  await step("What the law asks");
  await expect(stand).toBeHidden();
  await step("The dice are rolled");
  await expect(stand).toBeVisible();
  for (const by of ["Ana", "Ben"]) await expect(page.getByText(`Rolled by ${by}`)).toBeVisible();
  await expect(page.getByLabel("Where it was filmed, who watched")).toHaveValue("room 120");
  await expect(page.getByRole("group", { name: "Digits 9 to" }).getByLabel("Digits")).toBeFocused();
  await expectAccessible(page);
});

test("A registrar looks at the certificate in the page, before it is given and after", async ({ page, office, watched }) => {
  const registrar = await newPerson(office, "registrar", { decided: ["registrar"], published: ["registrar"] });
  await signIn(page, registrar.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto("/cases/decided/registrar/certificate");
  await page.getByLabel("Date on the certificate").fill("2022-08-15");
  await page.getByRole("button", { name: "Show the draft" }).click();
  const account = page.getByLabel("Account of the certificate");
  await expect(account).toBeVisible();
  await page.getByRole("button", { name: "Look at the document" }).click();
  const draft = page.getByTitle("Draft of the certificate, as a document");
  await expect(draft).toBeVisible({ timeout: 60_000 });
  expect(await draft.getAttribute("src")).toMatch(/^blob:/);
  await expect(page.getByRole("link", { name: "Open in a tab of its own" })).toHaveAttribute("target", "_blank");
  await expectAccessible(page);
  expect(await taken(page, "draft-certificate.pdf")).toBe("%PDF-");

  // On paper the account is whole, and light from a dark screen.
  const seen = () =>
    page.evaluate(() => {
      const style = (selector: string) => getComputedStyle(document.querySelector(selector) ?? document.body);
      return { text: style("body").color, card: style(".card").backgroundColor, account: style(".account").color, cut: style(".account").maxHeight };
    });
  const paper = { text: "rgb(0, 0, 0)", card: "rgb(255, 255, 255)", account: "rgb(0, 0, 0)", cut: "none" };
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await seen()).toEqual(paper);
  await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
  expect(await seen()).toEqual(paper);
  await page.emulateMedia({ media: "screen", colorScheme: "light" });

  await page.goto("/cases/published/registrar/certificate");
  await page.getByRole("button", { name: "Look at the document" }).click();
  await expect(page.getByTitle("The certificate, as a document")).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  expect(await taken(page, "certificate.pdf")).toBe("%PDF-");
  // The browser's viewer of documents is made of pages of its own, which leave nothing.
  watched.elsewhere = watched.elsewhere.filter((address) => !/^chrome(-extension)?:/.test(address));
});
