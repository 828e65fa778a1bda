/** Pictures of the counter, the case file and the page for everybody: web/evidence/office/index.html. */
import { join } from "node:path";
import { png } from "./picture";
import { EVIDENCE, LOOKS, pictures } from "./pictures";
import { test } from "./small";
import { expect, newPerson, signIn } from "./test";

const FOLDER = join(EVIDENCE, "office");
const PHONE = [
  { name: "light, a phone", theme: "light", width: 390, height: 844 },
  { name: "dark, a phone", theme: "dark", width: 390, height: 844 },
] as const;

test("the counter, the case file and the public page, in a picture @evidence", async ({ page, office }) => {
  test.setTimeout(600_000);
  const { show, report, shots } = pictures(FOLDER, "The counter, the case file and the public page", [...LOOKS, ...PHONE]);
  const all = ["intake", "registrar", "supervisor"];
  const person = await newPerson(office, "everybody", { empty: all, keyed: all, counted: all, decided: all, published: all });
  await page.goto("/public");
  await expect(page.getByRole("link", { name: /^Recall of/ }).first()).toBeVisible();
  await show(page, "The petitions, for everybody");
  await page.goto("/public/counted");
  await expect(page.getByText("Nothing is told of the result")).toBeVisible();
  await show(page, "A petition under examination");
  await page.goto("/public/published");
  await expect(page.getByText("Insufficient", { exact: true })).toBeVisible();
  await page.getByText(/^Files of the record/).click();
  await show(page, "A petition with its result");

  await signIn(page, person.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.goto("/cases/decided");
  await expect(page.getByRole("link", { name: "Take a section in" })).toBeVisible();
  await show(page, "Where a case stands, with the ways from there");
  await page.goto("/cases/empty/intake/receive");
  await page.getByLabel("Number of the section").fill("7");
  await page.getByLabel("Circulator", { exact: true }).fill("Cora Circulator");
  await page.getByLabel("Lines with a signature on page 1").fill("1-10");
  await page.keyboard.press("Enter");
  await page.getByLabel("Lines with a signature on page 2").fill("11-14 17");
  await show(page, "A section is taken in");
  await page.getByRole("button", { name: "Take the section in" }).click();
  await expect(page.getByText(/^Section 7 is received/)).toBeVisible();
  await show(page, "A section was taken in, with faults");
  await page.goto("/cases/empty/intake/sections/7");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: /Page 1/ }).click()]);
  await chooser.setFiles({ name: "page.png", mimeType: "image/png", buffer: png(1200, 900) });
  await expect(page.getByText("image there")).toBeVisible();
  await show(page, "A section, with the image of a page");
  await page.goto("/cases/decided/intake");
  await expect(page.getByRole("row").nth(2)).toBeVisible();
  await show(page, "The sections");
  await page.goto("/cases/decided/intake/count");
  await expect(page.getByText("Prima facie.")).toBeVisible();
  await show(page, "The raw count");

  await page.goto("/cases/empty/intake/keying");
  await page.getByRole("button", { name: "Take a section" }).click();
  await page.getByLabel("Printed name").fill("Ana Alvarez");
  await page.getByLabel("Residence").fill("101 Oak St");
  await expect(page.getByRole("img", { name: "Picture of page 1" })).toBeVisible();
  await show(page, "A line is keyed");
  for (const [index, name] of ["Ana Alvarez", "Ana Alvares", "Anna Alvarez"].entries()) {
    const keyer = await newPerson(office, `keyer-${index}`, { keyed: ["intake"] });
    if (index === 0) await keyer.api.must("PUT", "/cases/keyed/sections/3", { declared: {}, lines: [{ line: 1, page: 1 }] });
    await keyer.api.must("PUT", "/cases/keyed/keying/hand");
    await keyer.api.must("PUT", "/cases/keyed/keying/sections/3/lines/1", { printed_name: name, address: index === 1 ? "101 Oak" : "101 Oak St", city: "Pasadena", zip: "91101", date_signed: "" });
    await keyer.api.must("PUT", "/cases/keyed/keying/sections/3/handed-in");
  }
  await page.goto("/cases/keyed/intake/conflicts");
  await page.getByRole("button", { name: "Take entry 1" }).click();
  await show(page, "Three entries that do not agree");

  await page.goto("/cases/counted/registrar/lookup");
  await expect(page.getByRole("button", { name: "Look up" })).toBeVisible();
  await show(page, "Looking the lines up");
  await page.goto("/cases/decided/registrar/sample");
  await expect(page.getByRole("heading", { name: /What the law asks/ })).toBeVisible();
  await show(page, "The draw: what the law asks");
  const { sealed } = await person.api.must<{ sealed: { root: string } }>("PUT", "/cases/decided/sample/sealed", {});
  await page.reload();
  await expect(page.getByRole("heading", { name: /The list is sealed/ })).toBeVisible();
  await show(page, "The draw: the root");
  await page.getByRole("button", { name: /The dice are rolled/ }).first().click();
  const group = page.getByRole("group", { name: "Digits 1 to 4" });
  await group.getByLabel("Digits").fill("3141");
  await group.getByLabel("Rolled by").fill("Ana");
  await group.getByText("Read back and right").click();
  await show(page, "The draw: the dice");
  await person.api.must("PUT", "/cases/decided/sample/drawn", { root: sealed.root, seed: "31415926535897932384" });
  await page.reload();
  await expect(page.getByRole("heading", { name: "Every step of the formula" })).toBeVisible();
  await show(page, "The draw: what the sample says");
  await page.getByRole("button", { name: /The lines are drawn/ }).click();
  await expect(page.getByRole("list", { name: "The lines are drawn" }).getByRole("listitem").first()).toBeVisible();
  await show(page, "The draw: the lines");
  await page.goto("/cases/decided/registrar/certificate");
  await page.getByLabel("Date on the certificate").fill("2022-08-15");
  await page.getByRole("button", { name: "Show the draft" }).click();
  await expect(page.getByLabel("Account of the certificate")).toBeVisible({ timeout: 60_000 });
  await show(page, "A certificate is drafted");
  await page.goto("/cases/published/registrar/certificate");
  await expect(page.getByText("stands", { exact: true })).toBeVisible();
  await show(page, "A certificate that stands");
  await page.goto("/cases/published/registrar");
  await expect(page.getByRole("heading", { name: "Clocks of the law" })).toBeVisible();
  await show(page, "The course of a case");
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.screenshot({ path: join(FOLDER, "course-print.png"), fullPage: true });
  report([`${shots.length} screens, each in ${LOOKS.length + PHONE.length} looks`, "On each picture axe found no violation of WCAG 2.2 AA or of its best practices."]);
});
