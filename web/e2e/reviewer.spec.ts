/** A reviewer's day: everything from the keyboard. */
import type { Locator, Page } from "@playwright/test";
import { CASE, PASSWORD } from "./office";
import { expect, expectAccessible, lineCame, lineShown, newPerson, openStage, signIn, tabTo, test, waitsForLine } from "./test";

const foot = (page: Page) => page.getByRole("region", { name: "State of your work" });
const standing = (page: Page) => foot(page).getByRole("status").first();

/** How a picture is enlarged and moved. */
const shownAs = (picture: Locator) =>
  picture.evaluate((image) => {
    const { a, e, f } = new DOMMatrix(getComputedStyle(image).transform);
    return { scale: Math.round(a * 100) / 100, x: Math.round(e), y: Math.round(f) };
  });
const filterOf = (picture: Locator) => picture.evaluate((image) => getComputedStyle(image).filter);

/** Looks closely at the line on the screen: by the keys of the work, by those of the picture, and by the mouse. */
async function lookClosely(page: Page): Promise<void> {
  const strip = page.getByRole("img", { name: "The line on the petition" });
  const signature = page.getByRole("img", { name: "Signature on the petition" });
  const line = await lineShown(page);
  const height = async () => (await signature.boundingBox())?.height ?? 0;
  await expect.poll(() => shownAs(strip)).toEqual({ scale: 1, x: 0, y: 0 });
  const plain = await height();
  for (const scale of [2, 3, 1]) {
    await page.keyboard.press("z");
    await expect.poll(async () => (await shownAs(strip)).scale).toBe(scale);
    expect(Math.round((await height()) / plain)).toBe(scale);
  }
  await page.keyboard.press("h");
  for (const picture of [strip, signature]) await expect.poll(() => filterOf(picture)).toBe("contrast(1.9)");
  await page.keyboard.press("y");
  for (const picture of [strip, signature]) await expect.poll(() => filterOf(picture)).toBe("contrast(1.9) invert(1)");
  await page.keyboard.press("h");
  await expect.poll(() => filterOf(strip)).toBe("invert(1)");
  await page.keyboard.press("y");
  await expect.poll(() => filterOf(strip)).toBe("none");

  const frame = page.getByRole("group", { name: "The line on the petition" });
  await frame.focus();
  await page.keyboard.press("+");
  await expect.poll(async () => (await shownAs(strip)).scale).toBeGreaterThan(1);
  const near = await shownAs(strip);
  await page.keyboard.press("+");
  await expect.poll(async () => (await shownAs(strip)).scale).toBeGreaterThan(near.scale);
  const from = await shownAs(strip);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await shownAs(strip)).x).toBeLessThan(from.x);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => shownAs(strip)).toEqual(from);
  await page.keyboard.press("ArrowDown");
  await expect.poll(async () => (await shownAs(strip)).y).toBeLessThan(from.y);
  const lower = await shownAs(strip);
  await page.keyboard.press("ArrowUp");
  await expect.poll(async () => (await shownAs(strip)).y).toBeGreaterThan(lower.y);
  await page.keyboard.press("-");
  await expect.poll(async () => (await shownAs(strip)).scale).toBe(near.scale);
  await page.keyboard.press("0");
  await expect.poll(() => shownAs(strip)).toEqual({ scale: 1, x: 0, y: 0 });

  // The wheel scrolls past a line; with the control key it comes nearer. Dragging moves it.
  const box = (await frame.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -100);
  expect((await shownAs(strip)).scale).toBe(1);
  await page.keyboard.down("Control");
  for (let turn = 0; turn < 4; turn += 1) await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await expect.poll(async () => (await shownAs(strip)).scale).toBeGreaterThan(1.2);
  const before = await shownAs(strip);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await shownAs(strip)).x).toBeGreaterThan(before.x);
  await page.keyboard.press("0");
  await expect.poll(() => shownAs(strip)).toEqual({ scale: 1, x: 0, y: 0 });
  // None of this was a key of the work.
  await page.locator(".desk").focus();
  expect(await lineShown(page)).toBe(line);
}

test("A reviewer decides a batch of lines", async ({ page, office }) => {
  const { account, api } = await newPerson(office, "reviewer");
  await signIn(page, account, "not the password at all");
  await expect(page.getByRole("alert")).toHaveText(/Account, password or code is wrong/);
  await expectAccessible(page);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await openStage(page, "Review");

  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const first = await lineShown(page);
  await expectAccessible(page);
  // Sixteen of twenty lines are as the machine thinks: one key each.
  for (let line = 0; line < 16; line += 1) {
    const before = await lineCame(page);
    if (await waitsForLine(page)) await press("Enter");
    await page.waitForTimeout(200);
    await press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(before);
  }
  expect(keys / 16, "keystrokes for each accepted line").toBeLessThanOrEqual(2);
  await expect(standing(page)).toHaveText("Everything is stored");
  const here = await lineShown(page);

  await lookClosely(page);

  // The page that the line stands on, when somebody wants it.
  await page.keyboard.press("f");
  await expect(page.getByRole("dialog").getByRole("img", { name: /^The page of line/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(here);

  // Taking back shows the line again; a key that bounces decides nothing.
  await page.keyboard.press("u");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(here);
  await lineShown(page);
  // Both in one moment, which a machine with other work does not stretch.
  await page.evaluate(() => {
    const press = () => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "v", bubbles: true, cancelable: true }));
    press();
    press();
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(here);

  // Nobody on the roll: not registered.
  await lineShown(page);
  await page.keyboard.press("n");
  const searched = await lineShown(page);
  // Another voter than the proposed ones, found on the roll.
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("garcia");
  await expect(page.getByRole("option").first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  const chosen = await page.getByRole("option", { selected: true }).locator("strong").textContent();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { checked: true })).toHaveAccessibleName(new RegExp(chosen ?? "?"));
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(searched);

  // With a note, and the help.
  await lineShown(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("m");
  await page.keyboard.type("signed twice over");
  await expectAccessible(page);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("signed twice over")).toBeVisible();
  await page.keyboard.press("x");
  const last = await lineShown(page);

  // Passed on with a reason.
  await page.keyboard.press("t");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type("two voters fit");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "This batch is decided" })).toBeVisible();
  expect(last).not.toBe(first);
  await expectAccessible(page);
  await expect(page.getByRole("row")).toHaveCount(21);
  await expect(page.getByRole("button", { name: /Hand in and go on/ })).toBeFocused();
  const before = await api.must<{ valid: number; invalid: number }>("GET", `/cases/${CASE}`);
  await page.keyboard.press("Enter");
  await lineShown(page);
  await expect(page.getByText("19 lines handed in since you sat down")).toBeVisible();
  const after = await api.must<{ valid: number; invalid: number }>("GET", `/cases/${CASE}`);
  expect(after.valid + after.invalid - before.valid - before.invalid).toBe(19);
  expect(after.invalid - before.invalid).toBe(3);
});

test("A finding that the roll speaks against asks for a note, and one that the server refuses comes back", async ({ page, office }) => {
  const { account } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  const first = await lineShown(page);
  // An active voter is not canceled.
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog")).toContainText("The roll speaks against this");
  await page.keyboard.press("Control+Enter");
  // Without a reason the server does not take it, so that the line comes back before the others.
  await expect(page.getByRole("region", { name: "State of your work" })).toContainText("1 finding was not taken");
  await lineShown(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(first);
  await expect(page.getByRole("alert")).toContainText("The server did not take your finding");
  await expectAccessible(page);
  await lineShown(page);
  await page.keyboard.press("c");
  await page.keyboard.type("canceled by letter of today");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("region", { name: "State of your work" })).toContainText("Everything is stored");
});

test("A reviewer who speaks to the computer turns single keys off, and has a button for everything", async ({ page, office }) => {
  const { account } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  const first = await lineShown(page);
  await page.keyboard.press("?");
  await tabTo(page, "checkbox", /Single keys decide/);
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await page.keyboard.press("v");
  await page.waitForTimeout(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(first);
  await tabTo(page, "button", "Valid");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(first);
  const second = await lineCame(page);
  // The button of the line before has lost the focus: the next Enter is the line's own, and not that button again. It shows the names where the signatures
  // come first, and decides after that.
  if (await waitsForLine(page)) await page.keyboard.press("Enter");
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(second);
});

test("Every disposition has its key", async ({ page, office }) => {
  const { account } = await newPerson(office, "reviewer");
  const sent: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/finding") || request.method() !== "PUT") return;
    const { disposition, reason } = request.postDataJSON() as { disposition: string; reason?: string };
    sent.push(reason ?? disposition);
  });
  await signIn(page, account);
  await openStage(page, "Review");
  const keys: [key: string, found: string][] = [
    ["v", "valid"],
    ["s", "signature_mismatch"],
    ["n", "not_registered"],
    ["a", "different_address"],
    ["c", "canceled"],
    ["l", "registered_late"],
    ["e", "not_eligible"],
    ["o", "out_of_jurisdiction"],
    ["i", "illegible"],
    ["p", "no_printed_name"],
    ["r", "no_address"],
    ["b", "po_box_only"],
    ["g", "no_signature"],
    ["x", "blank_or_crossed_out"],
  ];
  for (const [key, found] of keys) {
    const line = await lineShown(page);
    await page.keyboard.press(key);
    // Where the roll speaks against it, a note is asked for, and the decision is made with it.
    if (await page.getByRole("dialog").isVisible()) {
      await page.keyboard.type("as written");
      await page.keyboard.press("Control+Enter");
    }
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(line);
    await expect.poll(() => sent.at(-1)).toBe(found);
  }
  expect(sent).toEqual(keys.map(([, found]) => found));
});

test("A note stays with its line while the batch is in hand", async ({ page, office }) => {
  const { account } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  const first = await lineShown(page);
  await page.keyboard.press("m");
  await page.keyboard.type("asked the circulator");
  await page.keyboard.press("Control+Enter");
  const note = page.getByRole("region", { name: "Decide" }).getByText("asked the circulator");
  await expect(note).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(first);
  await expect(note).toBeHidden();
  await page.keyboard.press("ArrowLeft");
  await expect(note).toBeVisible();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(note).toBeVisible();
  await lineShown(page);
  await page.keyboard.press("n");
  const second = await lineShown(page);
  await page.keyboard.press("u");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(first);
  await expect(note).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain("asked the circulator");
  expect(second).not.toBe(first);
});

test("A key on a button beside the line is none of the line's", async ({ page, office }) => {
  const { account } = await newPerson(office, "reviewer");
  await signIn(page, account);
  await openStage(page, "Review");
  const line = await lineShown(page);
  await page.keyboard.press("/");
  await tabTo(page, "button", /^Back to the candidates/);
  for (const key of ["v", "n", "x", "ArrowRight"]) await page.keyboard.press(key);
  await page.waitForTimeout(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(line);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio").first()).toBeVisible();
  await page.keyboard.press("v");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(line);
});

test.describe("the time that a reviewer waits", () => {
  test("The next line is painted within a tenth of a second of the decision", async ({ page, office }) => {
    const { account } = await newPerson(office, "reviewer");
    await signIn(page, account);
    await openStage(page, "Review");
    const decisions = 60;
    for (let made = 0; made < decisions; ) {
      // Longer than a key bounces, from when the line is drawn.
      await page.waitForTimeout(250);
      if (await page.getByRole("button", { name: "Show the line" }).isVisible()) {
        await page.keyboard.press("w");
        await page.waitForTimeout(250);
      }
      if (await page.getByRole("button", { name: /^Hand in (\d+ )?and go on/ }).isVisible()) {
        await page.keyboard.press("Enter");
        await lineShown(page);
      }
      const before = await page.getByRole("heading", { level: 1 }).textContent();
      await page.keyboard.press("v");
      // Where the roll speaks against it, a note is asked for, and the decision is made with it. Asked seldom, so that the page is left alone.
      const asksOrMoves = (line: string | null) => document.querySelector("[role=dialog]") !== null || document.querySelector("h1")?.textContent !== line;
      const decided = await page.waitForFunction(asksOrMoves, before, { polling: 150, timeout: 2_000 }).catch(() => null);
      // What comes next was not there yet.
      if (decided === null) continue;
      made += 1;
      if (await page.getByRole("dialog").isVisible()) {
        await page.keyboard.type("as written");
        await page.keyboard.press("Control+Enter");
      }
    }
    const times = await page.evaluate(() => performance.getEntriesByName("decision-to-paint").map(({ duration }) => duration));
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity;
    console.log(`decision to next line painted: median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms, of ${times.length}`);
    expect(times.length).toBe(decisions);
    expect(at(0.95)).toBeLessThan(100);
  });
});
