/** A clerk at the counter takes sections in, with the images of their pages, and closes the intake with the raw count. */
import { confirm, reach, write, writeDay } from "./keys";
import { expect, expectAccessible, newPerson, signIn, tabTo } from "./test";
import { png } from "./picture";
import { test } from "./small";

test("A clerk takes sections in and counts", async ({ page, office }) => {
  const clerk = await newPerson(office, "intake", { empty: ["intake"] });
  await signIn(page, clerk.account);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await tabTo(page, "link", "Take a section in");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Number of the section")).toBeFocused();
  await expectAccessible(page);

  // One section by the keyboard alone: its declaration has no dates.
  await page.keyboard.type("7");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Cora Circulator");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1 Elm St, Pasadena 91101");
  await write(page.getByLabel("Lines with a signature on page 1"), "1-10, x");
  await expect(page.getByText("“x” is no line")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Lines with a signature on page 2")).toBeFocused();
  await page.keyboard.type("11-15 18");
  await expect(page.getByText("16 signatures", { exact: true })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Lines with a signature on page 3")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Section 7 is received with 16 signatures.")).toBeVisible();
  await expect(page.getByText("Faults of the declaration")).toBeVisible();
  await expect(page.getByLabel("Number of the section")).toHaveValue("8");
  await expect(page.getByLabel("Number of the section")).toBeFocused();
  await expectAccessible(page);

  // Another one of this number is not.
  await page.keyboard.press("Control+a");
  await page.keyboard.type("7");
  await writeDay(page.getByLabel("First day of signing"), "2022-05-01");
  await writeDay(page.getByLabel("Last day of signing"), "2022-05-20");
  await writeDay(page.getByLabel("Declaration executed"), "2022-05-21");
  await write(page.getByLabel("Lines with a signature on page 1"), "1-5");
  await tabTo(page, "button", "Take the section in");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Another section of this number was received/)).toBeVisible();
  await write(page.getByLabel("Number of the section"), "8");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Section 8 is received with 5 signatures.")).toBeVisible();

  // The list, the section, and the image of a page.
  await tabTo(page, "link", "Sections");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /^Section 7 Cora Circulator/ })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "link", "Section 7");
  await page.keyboard.press("Enter");
  await expect(page.getByText("16 lines would fall, 0 of them valid as things stand.")).toBeVisible();
  const button = page.getByRole("button", { name: /Page 1/ });
  const choose = async (name: string, buffer: Buffer) => {
    await reach(button);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
    await chooser.setFiles({ name, mimeType: "image/png", buffer });
  };
  await choose("letter.png", Buffer.from("a letter and no picture"));
  await expect(page.getByRole("alert")).toContainText(/PNG|JPEG|TIFF/);
  await expectAccessible(page);
  // Over a slow line it is told how much of it is gone.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 };
  await cdp.send("Network.emulateNetworkConditions", slow);
  await choose("page.png", png(600, 800, { packed: false }));
  const sent = page.getByRole("progressbar", { name: "Image of page 1" });
  await expect(sent).toHaveAttribute("aria-valuenow", /^[1-9]\d?$/);
  await expect(sent).toHaveText(/^[1-9]\d? % sent$/);
  await expectAccessible(page);
  await expect(page.getByText("Kept: 600 × 800 pixels")).toBeVisible();
  await expect(sent).toBeHidden();
  await cdp.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
  await expect(page.getByText("image there")).toBeVisible();
  await expectAccessible(page);

  // The raw count: twenty are not what is there.
  await tabTo(page, "link", "Raw count");
  await page.keyboard.press("Enter");
  const count = async (n: string) => {
    await write(page.getByLabel("Signatures counted"), n);
    await page.keyboard.press("Enter");
    await confirm(page, "Cancel", "Close the intake with this count");
  };
  await count("20");
  await expect(page.getByText(/other signatures on record than the 20/)).toBeVisible();
  await expectAccessible(page);
  await count("21");
  await expect(page.getByText(/The filing is not accepted/)).toBeVisible();
  await expectAccessible(page);
  const standing = await clerk.api.must<{ raw_count: number; phase: string }>("GET", "/cases/empty");
  expect([standing.raw_count, standing.phase]).toEqual([21, "not_accepted"]);
});
