/** Two clerks key a section apart from one another, a third where they do not agree, and a supervisor says what stands there. */
import type { Browser, Page } from "@playwright/test";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";
import { test } from "./small";
import type { Office } from "./office";

const KEYING = "/cases/keyed/intake/keying";

async function atWork(browser: Browser, office: Office, who: string): Promise<Page> {
  const clerk = await newPerson(office, who, { keyed: ["intake"] });
  const page = await (await browser.newContext({ baseURL: office.url, ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 }, locale: "en-US" })).newPage();
  await signIn(page, clerk.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto(KEYING);
  await expect(page.getByRole("button", { name: "Take a section" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Printed name")).toBeFocused();
  return page;
}

/** Writes a line field by field; Enter leads from one to the next, and after the last to the next line. */
async function keyLine(page: Page, fields: string[]): Promise<void> {
  await expect(page.getByLabel("Printed name")).toBeFocused();
  for (const text of fields) {
    if (text !== "") await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
}

test("Two clerks key a section, a supervisor settles", async ({ page, browser, office }) => {
  test.setTimeout(180_000);
  const receiver = await newPerson(office, "intake", { keyed: ["intake"] });
  const lines = [1, 2].map((line) => ({ line, page: 1 }));
  await receiver.api.must("PUT", "/cases/keyed/sections/3", { declared: {}, lines });

  const names = ["Ana Alvarez", "Ana Alvares", "Anna Alvarez"];
  for (const [index, name] of names.entries()) {
    const clerk = await atWork(browser, office, `keyer-${index + 1}`);
    // What another wrote is not shown.
    await expect(clerk.getByText(/Alvar/)).toHaveCount(0);
    await expectAccessible(clerk);
    await keyLine(clerk, [name, "101 Oak St", "Pasadena", "91101", "5/1/22"]);
    if (index < 2) {
      await expect(clerk.getByText("Line 2, 2 of 2")).toBeVisible();
      // Nothing is kept of a line on which nothing is written, unless somebody says that nothing can be read.
      await keyLine(clerk, ["", "", "", "", ""]);
      await expect(clerk.getByText("Nothing is written here.")).toBeVisible();
      await expect(clerk.getByRole("button", { name: "Hand the section in" })).toBeDisabled();
      await expectAccessible(clerk);
      await clerk.keyboard.press("Alt+n");
    }
    await expect(clerk.getByRole("button", { name: "Hand the section in" })).toBeFocused();
    await expectAccessible(clerk);
    await clerk.keyboard.press("Enter");
    await expect(clerk.getByText("Section 3 is handed in.")).toBeVisible();
    await clerk.context().close();
  }

  const supervisor = await newPerson(office, "supervisor", { keyed: ["supervisor"] });
  await signIn(page, supervisor.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto("/cases/keyed/intake/conflicts");
  await expect(page.getByRole("heading", { name: "Section 3, line 1" })).toBeVisible();
  // The letters that differ are marked, and no other.
  await expect(page.locator(".marked b").first()).toBeVisible();
  await expect(page.getByRole("row", { name: /^City/ }).locator("b")).toHaveCount(0);
  await expectAccessible(page);
  await tabTo(page, "button", "Take entry 3");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Printed name")).toHaveValue("Anna Alvarez");
  await page.getByLabel("Printed name").fill("Ana Alvarez");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Section 3, line 1 is settled.")).toBeVisible();
  await expect(page.getByText("No line waits.")).toBeVisible();
  await expectAccessible(page);
  expect(await supervisor.api.must("GET", "/cases/keyed/keying")).toEqual({ sections: 0, lines: 0, conflicts: 0 });
});

test("An address is offered, and what was typed stays", async ({ page, office }) => {
  const clerk = await newPerson(office, "intake", { keyed: ["intake"] });
  await clerk.api.must("PUT", "/cases/keyed/sections/9", { declared: {}, lines: [{ line: 1, page: 1 }] });
  const offered = { address: "103 OAK ST", city: "PASADENA", zip: "91101" };
  const asked: string[] = [];
  await page.route("**/keying/addresses", async (route) => {
    asked.push((route.request().postDataJSON() as { text: string }).text);
    await route.fulfill({ json: [offered] });
  });
  await signIn(page, clerk.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto(KEYING);
  await expect(page.getByRole("button", { name: "Take a section" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByLabel("Residence").focus();
  await page.keyboard.type("103 oa");
  await expect(page.getByRole("button", { name: "103 OAK ST, PASADENA 91101" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Residence")).toHaveValue("103 oaK ST");
  await expect(page.getByLabel("City")).toHaveValue("PASADENA");
  await expect(page.getByLabel("Date signed")).toBeFocused();
  // A section that lapsed went back to the others, and says so.
  await page.route("**/keying/sections/**", (route) => route.fulfill({ status: 409, json: { code: "lease_lapsed", detail: "not in hand" } }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("These lines are not in your hand any more.");
  await expect(page.getByText("not saved")).toBeVisible();
  await tabTo(page, "button", "Take a section");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Residence")).toHaveValue("");
  expect(asked.every((text) => /^\d+ \S/.test(text))).toBe(true);
});
