/** A registrar follows a case to its certificate: looks the lines up, draws the public sample, certifies and opens again. */
import type { Page } from "@playwright/test";
import { confirm as answer, follow, reach, write, writeDay } from "./keys";
import { countPrints, expectOnPaper } from "./paper";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";
import { test } from "./small";

const press = async (page: Page, name: string) => {
  await tabTo(page, "button", name);
  await page.keyboard.press("Enter");
};

/** Answers a dialog by the button that does it; the safe answer has the focus before. */
const confirm = async (page: Page, name: string) => {
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessible(page);
  await answer(page, "Cancel", name);
};

test("A registrar looks the lines up in the roll", async ({ page, office }) => {
  const registrar = await newPerson(office, "registrar", { counted: ["registrar"] });
  await signIn(page, registrar.account);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await tabTo(page, "link", "Look the lines up in the roll");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Look up" })).toBeVisible();
  await expectAccessible(page);
  await press(page, "Look up");
  await confirm(page, "Fix it and look up");
  await expect(page.getByText("Every line is looked up.")).toBeVisible();
  await expect(page.getByText("fixed for this case")).toBeVisible();
  await expectAccessible(page);
  const [roll] = await registrar.api.must<{ sealed: boolean }[]>("GET", "/cases/counted/rolls");
  expect(roll?.sealed).toBe(true);
});

test("A registrar seals, draws, certifies and reopens", async ({ page, office }) => {
  const registrar = await newPerson(office, "registrar", { decided: ["registrar"] });
  await countPrints(page);
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && sent.push(new URL(request.url()).pathname));
  await signIn(page, registrar.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await follow(page, /^Recall of/, "Public sample: seal, roll, draw");
  await expect(page.getByRole("heading", { name: /What the law asks/ })).toBeVisible();
  await expectAccessible(page);

  await press(page, "Seal the list");
  await confirm(page, "Seal the list");
  await expect(page.getByRole("heading", { name: /The list is sealed/ })).toBeVisible();
  const { sealed } = await registrar.api.must<{ sealed: { root: string; seed_digits: number } }>("GET", "/cases/decided/sample");
  await expect(page.getByRole("listitem", { name: `Row 1: ${sealed.root.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ")}` })).toBeVisible();
  await expectAccessible(page);

  await press(page, "The dice are rolled");
  await expect(page.getByRole("group", { name: "Digits 1 to 4" })).toBeVisible();
  await expectAccessible(page);
  const seed = "31415926535897932384".slice(0, sealed.seed_digits);
  const draw = page.getByRole("button", { name: "Draw by this seed" });
  const rollers = ["Ana", "Ben", "Cora", "Dan", "Eva"];
  for (const [index, by] of rollers.entries()) {
    const group = page.getByRole("group", { name: `Digits ${index * 4 + 1} to` });
    await write(group.getByLabel("Digits"), seed.slice(index * 4, index * 4 + 4));
    await expect(group.getByRole("checkbox")).toBeDisabled();
    await page.keyboard.press("Tab");
    await page.keyboard.type(by);
    await expect(draw).toBeDisabled();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect(group.getByText(`Rolled by ${by}`)).toBeVisible();
  }
  await expect(page.getByText("20 of 20 digits stand")).toBeVisible();
  expect(sent.filter((path) => path.endsWith("/drawn"))).toEqual([]);
  await press(page, "Draw by this seed");
  await confirm(page, "Draw by this seed");
  await expect(page.getByRole("heading", { name: /The lines are drawn/ })).toBeVisible();
  await expect(page.getByRole("list", { name: "The lines are drawn" }).getByRole("listitem").first()).toBeVisible();
  await expectAccessible(page);
  for (const file of ["manifest.csv", "sample.csv", "redraw.py"]) {
    await reach(page.getByRole("link", { name: file }));
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(download.suggestedFilename()).toBe(file);
  }

  // The sheet of the lines, for those who fetch the petitions from their boxes: whole, with what it follows from.
  const { drawn } = await registrar.api.must<{ drawn: number }>("GET", "/cases/decided/sample");
  const sheet = page.getByRole("list", { name: "The lines are drawn" }).getByRole("listitem");
  await press(page, "Print the sheet of all lines");
  await expect.poll(() => page.evaluate(() => window.printed)).toBe(1);
  await expect(sheet).toHaveCount(drawn);
  await expectOnPaper(
    page,
    [page.locator(".print-only").filter({ hasText: /^Recall of/ }), page.getByText(seed.replace(/(.{4})(?=.)/g, "$1 ")), page.getByText(sealed.root), sheet.first(), sheet.last()],
    [page.getByRole("heading", { name: "For both sides" }), page.getByRole("list").filter({ hasText: "What the law asks" })],
  );
  await expect(page.locator(".print-only").filter({ hasText: /^Recall of/ })).toBeHidden();

  await press(page, "What the sample says");
  await expect(page.getByRole("heading", { name: "Every step of the formula" })).toBeVisible();
  await expectAccessible(page);

  await tabTo(page, "link", "Certificate");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No certificate was given yet.")).toBeVisible();
  await expect(page.getByText("holds", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("does not hold")).toHaveCount(0);
  await press(page, "Show the draft");
  await expect(page.getByText("A day is needed")).toBeVisible();
  await writeDay(page.getByLabel("Date on the certificate"), "2022-08-15");
  await write(page.getByLabel("Official’s full name"), "A. Clerk");
  await write(page.getByLabel("Title"), "Registrar of Voters");
  await write(page.getByLabel("Office", { exact: true }), "Synthetic County");
  await press(page, "Show the draft");
  await expect(page.getByLabel("Account of the certificate")).toContainText("A. Clerk");
  await expectAccessible(page);
  const [pdf] = await Promise.all([page.waitForEvent("download"), press(page, "Document to be signed (PDF)")]);
  expect(pdf.suggestedFilename()).toBe("draft-certificate.pdf");
  const digest = (await page.locator(".card .digest").last().textContent()) ?? "";
  await press(page, "Give this certificate");
  const typed = page.getByLabel("Type the first eight characters of the digest");
  await expect(typed).toBeFocused();
  await page.keyboard.type("00000000");
  await page.keyboard.press("Enter");
  await expect(page.getByText("These are not the first eight characters")).toBeVisible();
  await expectAccessible(page);
  expect(sent.filter((path) => path.includes("/certificates/"))).toEqual([]);
  await write(typed, digest.slice(0, 8));
  await page.keyboard.press("Enter");
  await expect(page.getByText("The certificate was given.")).toBeVisible();
  await expect(page.getByText("stands", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await expectOnPaper(page, [page.getByRole("row").filter({ hasText: "Aug 15, 2022" }), page.getByText(digest).first()]);

  await press(page, "Open the case again");
  await expect(page.getByLabel("Reason")).toBeFocused();
  await page.keyboard.type("a challenge was upheld");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Open the case again" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("The case is open again.")).toBeVisible();
  await expect(page.getByText("does not stand")).toBeVisible();

  await tabTo(page, "link", "Course");
  await page.keyboard.press("Enter");
  await expect(page.getByText("a challenge was upheld")).toBeVisible();
  await expect(page.getByText(seed)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Clocks of the law" })).toBeVisible();
  await expectAccessible(page);
  await press(page, "Print");
  expect(await page.evaluate(() => window.printed)).toBe(2);
  const course = [page.getByText(/^Recall of .* · /), page.getByText("a challenge was upheld"), page.getByText(seed), page.getByRole("heading", { name: "Clocks of the law" })];
  await expectOnPaper(page, course, [page.getByRole("button", { name: "Print" })]);
});
