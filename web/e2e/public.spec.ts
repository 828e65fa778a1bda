/** What a citizen sees without an account, on a phone: where a petition stands, its result, and how to check it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { press, reach } from "./keys";
import { expect, expectAccessible, newPerson } from "./test";
import { test } from "./small";

test("A citizen checks the public page on a phone", async ({ page, office }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/public");
  await expect(page.getByRole("link", { name: /^Recall of/ })).toHaveCount(5);
  await expectAccessible(page);

  // One that is being examined says nothing of its result.
  await page.goto("/public/counted");
  await expect(page.getByText("Nothing is told of the result")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Signatures examined" })).toHaveAttribute("aria-current", "step");
  await expect(page.getByText("There will be a record to check")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/public/published");
  await expect(page.getByText("Insufficient", { exact: true })).toBeVisible();
  await expect(page.getByText(/fewer valid signatures than required/)).toBeVisible();
  await expect(page.getByText("Every signature was examined.")).toBeVisible();
  await expect(page.getByText("Not registered")).toBeVisible();
  await expect(page.getByText("sha256sum -c SHA256SUMS")).toBeVisible();
  // Nothing hangs over the edge of the phone.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await press(page.getByText(/^Files of the record/));
  await press(page.getByText("Commands that fetch all files"));
  await expectAccessible(page);
  const { record } = (await office.api.must<{ record: { name: string; digest: string }[] }>("GET", "/public/published"));
  const totals = record.find(({ name }) => name === "totals.json");
  await reach(page.getByRole("link", { name: "totals.json" }));
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(createHash("sha256").update(readFileSync(await download.path())).digest("hex")).toBe(totals?.digest);

  // A certificate that was taken back does not stand any more, and the page says so.
  const registrar = await newPerson(office, "registrar", { published: ["registrar"] });
  const [given] = await registrar.api.must<{ digest: string }[]>("GET", "/cases/published/certificates");
  await registrar.api.must("PUT", `/cases/published/certificates/${given?.digest ?? ""}/reopened`, { because: "a challenge was upheld" });
  await page.reload();
  await expect(page.getByText("This result does not stand any more.")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/public/nobody");
  await expect(page.getByText("There is no petition of this name.")).toBeVisible();
});
