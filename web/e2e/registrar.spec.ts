/** A registrar follows a case to its certificate: looks the lines up, draws the public sample, certifies and opens again. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";
import { test } from "./small";

const press = async (page: Page, name: string) => {
  await tabTo(page, "button", name);
  await page.keyboard.press("Enter");
};

/** Answers a dialog by the button that does it; the safe answer has the focus before. */
const confirm = async (page: Page, name: string) => {
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await expect(dialog.getByRole("button", { name, exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
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
  await expect(page.getByText("Every line is looked up.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("fixed for this case")).toBeVisible();
  await expectAccessible(page);
  const [roll] = await registrar.api.must<{ sealed: boolean }[]>("GET", "/cases/counted/rolls");
  expect(roll?.sealed).toBe(true);
});

test("A registrar seals, draws, certifies and reopens", async ({ page, office }) => {
  test.setTimeout(180_000);
  const registrar = await newPerson(office, "registrar", { decided: ["registrar"] });
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && sent.push(new URL(request.url()).pathname));
  await signIn(page, registrar.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto("/cases/decided/registrar/sample");
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
    await group.getByLabel("Digits").focus();
    await page.keyboard.type(seed.slice(index * 4, index * 4 + 4));
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
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: file }).click()]);
    expect(download.suggestedFilename()).toBe(file);
  }

  await press(page, "What the sample says");
  await expect(page.getByRole("heading", { name: "Every step of the formula" })).toBeVisible();
  await expectAccessible(page);

  await tabTo(page, "link", "Certificate");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No certificate was given yet.")).toBeVisible();
  await expect(page.getByText("holds", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("does not hold")).toHaveCount(0);
  await press(page, "Show the draft");
  await expect(page.getByText("A day is needed")).toBeVisible();
  await page.getByLabel("Date on the certificate").fill("2022-08-15");
  await page.getByLabel("Official’s full name").fill("A. Clerk");
  await page.getByLabel("Title").fill("Registrar of Voters");
  await page.getByLabel("Office", { exact: true }).fill("Synthetic County");
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
  await typed.fill(digest.slice(0, 8));
  await page.keyboard.press("Enter");
  await expect(page.getByText("The certificate was given.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("stands", { exact: true })).toBeVisible();
  await expectAccessible(page);

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
});
