/** Two clerks key a section apart from one another, a third where they do not agree, and a supervisor says what stands there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { follow, write } from "./keys";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";
import { test } from "./small";
import { lapseKeying, type Office } from "./office";

/** From the first screen to the keying of lines. */
const toKeying = (page: Page) => follow(page, /^Recall of/, "Key what stands on the lines");

async function atWork(browser: Browser, office: Office, who: string): Promise<Page> {
  const clerk = await newPerson(office, who, { keyed: ["intake"] });
  const page = await (await browser.newContext({ baseURL: office.url, ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 }, locale: "en-US" })).newPage();
  await signIn(page, clerk.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await toKeying(page);
  await expect(page.getByRole("button", { name: "Take a section" })).toBeFocused();
  await expectAccessible(page);
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
  await follow(page, /^Recall of/, "Settle lines that were keyed apart");
  await expect(page.getByRole("heading", { name: "Section 3, line 1" })).toBeVisible();
  // The letters that differ are marked, and no other.
  await expect(page.locator(".marked b").first()).toBeVisible();
  await expect(page.getByRole("row", { name: /^City/ }).locator("b")).toHaveCount(0);
  await expectAccessible(page);
  await tabTo(page, "button", "Take entry 3");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Printed name")).toHaveValue("Anna Alvarez");
  await write(page.getByLabel("Printed name"), "Ana Alvarez");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Section 3, line 1 is settled.")).toBeVisible();
  await expect(page.getByText("No line waits.")).toBeVisible();
  await expectAccessible(page);
  expect(await supervisor.api.must("GET", "/cases/keyed/keying")).toEqual({ sections: 0, lines: 0, conflicts: 0 });
});

/** A home on the roll, as the offers write it. */
function home(office: Office): { number: string; street: string; city: string; zip: string } {
  const [head = "", ...rows] = readFileSync(join(office.folder, "roll.csv"), "utf8").split("\n");
  const at = head.split(",");
  for (const row of rows) {
    const of = (field: string) => row.split(",")[at.indexOf(field)] ?? "";
    const street = [of("street_pre"), of("street"), of("street_type")].filter(Boolean).join(" ");
    // A street of one long word, so that a part of the word is a beginning of it and of nothing else.
    if (of("status") === "A" && of("street_pre") === "" && /^[A-Za-z]{5,}$/.test(of("street"))) return { number: of("house_number"), street, city: of("city"), zip: of("zip") };
  }
  throw new Error("nobody on the roll lives in such a street");
}

test("The roll offers addresses, and what was typed stays", async ({ page, office }) => {
  const [clerk, registrar] = [await newPerson(office, "intake", { keyed: ["intake"] }), await newPerson(office, "registrar", { keyed: ["registrar"] })];
  await clerk.api.must("PUT", "/cases/keyed/sections/9", { declared: {}, lines: Array.from({ length: 60 }, (_, index) => ({ line: index + 1, page: 1 })) });
  // The first look-up fixes the roll for the case; before it the server offers nothing.
  const { items } = await clerk.api.must<{ items: { lines: number }[] }>("GET", "/cases/keyed/sections");
  await clerk.api.must("PUT", "/cases/keyed/count", { raw: items.reduce((sum, { lines }) => sum + lines, 0) });
  const [roll] = await registrar.api.must<{ digest: string }[]>("GET", "/cases/keyed/rolls");
  await registrar.api.must("PUT", `/cases/keyed/rolls/${roll?.digest}/searched`);
  const { number, street, city, zip } = home(office);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/keying/addresses")) asked.push((request.postDataJSON() as { text: string }).text);
  });
  await signIn(page, clerk.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await toKeying(page);
  await expect(page.getByRole("button", { name: "Take a section" })).toBeFocused();
  await page.keyboard.press("Enter");
  const residence = page.getByLabel("Residence");
  // A number alone would be a list of homes: nothing is asked, and nothing offered.
  await write(residence, number);
  await page.waitForTimeout(500);
  expect(asked).toEqual([]);
  const begun = `${number} ${street.slice(0, 3).toLowerCase()}`;
  await page.keyboard.type(begun.slice(number.length));
  const offers = page.getByRole("group", { name: "Addresses on the roll that go on like this" });
  const offer = offers.getByRole("button", { name: new RegExp(`^${number} ${street}, ${city} ${zip}$`, "i") });
  await expect(offer).toBeVisible();
  await expectAccessible(page);
  const told = /^(.*), (.*) (\d{5})$/.exec((await offer.textContent()) ?? "") ?? [];
  await page.keyboard.press("ArrowDown");
  await expect(offers.getByRole("button").first()).toBeFocused();
  for (let presses = 0; presses < 8 && !(await offer.evaluate((button) => button === document.activeElement)); presses += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  // Letter for letter what was typed, and the rest as the roll has it.
  await expect(residence).toHaveValue(begun + told[1]?.slice(begun.length));
  await expect(page.getByLabel("City")).toHaveValue(told[2] ?? "");
  await expect(page.getByLabel("ZIP")).toHaveValue(told[3] ?? "");
  await expect(page.getByLabel("Date signed")).toBeFocused();
  await expect(offers).toBeHidden();
  expect(asked.every((text) => /^\d+ \S/.test(text))).toBe(true);

  // A section that lapsed went back to the others, and says so.
  lapseKeying(office, "keyed", clerk.account);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "These lines are not in your hand any more." })).toBeVisible();
  await expect(page.getByText("not saved")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "button", "Take a section");
  await page.keyboard.press("Enter");
  await expect(residence).toHaveValue("");
});
