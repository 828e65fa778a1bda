/** The hands of somebody who has no mouse: every control is reached by the Tab key and used by keys alone. */
import { expect, type Locator, type Page } from "@playwright/test";
import { PASSWORD } from "./office";

/** Presses that may lie between two controls of a screen. */
const FAR = 120;

/** Whether this has the focus, and whether a bar that stays while the page scrolls lies over all of it. */
export const focusOn = (element: Element) => {
  if (element !== document.activeElement) return "elsewhere";
  const { left, top, bottom, width, height } = element.getBoundingClientRect();
  const bar = document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".bar, .work-foot");
  if (!bar || bar.contains(element)) return "here";
  const over = bar.getBoundingClientRect();
  return top >= over.top && bottom <= over.bottom ? "covered" : "here";
};

/** Goes from control to control until this one has the focus and can be seen: forward with the Tab key, back with Shift and Tab. */
export async function reach(control: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < FAR; presses += 1) {
    const focus = await control.evaluate(focusOn);
    expect(focus, `a bar lies over ${String(control)}, which has the focus`).not.toBe("covered");
    if (focus === "here") return;
    await control.page().keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${String(control)}`);
}

/** Presses a link or a button, or opens what is folded up. */
export async function press(control: Locator): Promise<void> {
  await reach(control);
  await control.page().keyboard.press("Enter");
}

/** Follows links, one after the other. */
export async function follow(page: Page, ...names: (string | RegExp)[]): Promise<void> {
  for (const name of names) await press(page.getByRole("link", { name, exact: typeof name === "string" }).first());
}

/** Ticks a box, or takes the tick out. */
export async function tick(box: Locator): Promise<void> {
  await reach(box);
  await box.page().keyboard.press("Space");
}

/** Writes into a field, in place of what stands there. */
export async function write(field: Locator, text: string): Promise<void> {
  await reach(field);
  await field.page().keyboard.press("Control+a");
  await field.page().keyboard.type(text);
}

/** Takes one of several: the Tab key goes to the one that is taken, the arrows go from one to the next. */
export async function take(radio: Locator): Promise<void> {
  const page = radio.page();
  const group = page.locator(`input[type="radio"][name="${(await radio.getAttribute("name")) ?? ""}"]`);
  const taken = group.and(page.locator(":checked"));
  await reach((await taken.count()) === 0 ? group.first() : taken);
  const others = await group.count();
  for (let presses = 0; presses < others && !(await radio.isChecked()); presses += 1) await page.keyboard.press("ArrowDown");
  // Where none was taken before, the first one has the focus and is not taken yet.
  if (!(await radio.isChecked())) await page.keyboard.press("Space");
  await expect(radio).toBeChecked();
}

/** Chooses from a list that stays closed: the arrows go from one to the next. */
export async function choose(list: Locator, option: string): Promise<void> {
  await reach(list);
  const chosen = list.locator("option:checked");
  await list.page().keyboard.press("Home");
  const options = await list.locator("option").count();
  for (let presses = 0; presses < options && (await chosen.textContent()) !== option; presses += 1) await list.page().keyboard.press("ArrowDown");
  await expect(chosen).toHaveText(option);
}

/** To the first part of a field of days or times, in whichever of its parts the focus is. */
async function firstPart(field: Locator): Promise<void> {
  await reach(field);
  for (let parts = 0; parts < 6; parts += 1) await field.page().keyboard.press("ArrowLeft");
}

const dayKeys = (day: string) => {
  const [year = "", month = "", date = ""] = day.split("-");
  return `${month}${date}${year}`;
};

const timeKeys = (time: string) => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return `${String(hour % 12 || 12).padStart(2, "0")}${String(minute).padStart(2, "0")}${hour < 12 ? "A" : "P"}`;
};

/** Writes a day (2022-05-01) into a field of the browser’s own, which asks for month, day and year one after the other. */
export async function writeDay(field: Locator, day: string): Promise<void> {
  await firstPart(field);
  await field.page().keyboard.type(dayKeys(day));
  await expect(field).toHaveValue(day);
}

/** Writes a time (23:59) into a field of the browser’s own, which asks for the half of the day as well. */
export async function writeTime(field: Locator, time: string): Promise<void> {
  await firstPart(field);
  await field.page().keyboard.type(timeKeys(time));
  await expect(field).toHaveValue(time);
}

/** Writes a moment (2022-05-01T23:59) into a field of the browser’s own. */
export async function writeMoment(field: Locator, moment: string): Promise<void> {
  const [day = "", time = ""] = moment.split("T");
  await firstPart(field);
  await field.page().keyboard.type(dayKeys(day));
  // A year may have six digits, so that the field waits for more of them.
  await field.page().keyboard.press("ArrowRight");
  await field.page().keyboard.type(timeKeys(time));
  await expect(field).toHaveValue(moment);
}

/** Answers a question: the safe answer has the focus first, and the other one is the next. */
export async function confirm(page: Page, safe: string, other: string): Promise<void> {
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: safe, exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(dialog.getByRole("button", { name: other, exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
}

/** Chooses from the menu behind one’s name. */
async function fromMenu(page: Page, item: string): Promise<void> {
  await press(page.getByRole("button", { name: /^My account: / }));
  const wanted = page.getByRole("menuitem", { name: item, exact: true });
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  if (!(await wanted.evaluate((element) => element === document.activeElement))) await page.keyboard.press("ArrowDown");
  await expect(wanted).toBeFocused();
  await page.keyboard.press("Enter");
}

export async function openAccount(page: Page): Promise<void> {
  await fromMenu(page, "My account");
  await expect(page.getByRole("heading", { level: 1, name: "My account" })).toBeVisible();
}

export async function signOut(page: Page): Promise<void> {
  await fromMenu(page, "Sign out");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/** Signs in on the page that asks for it, as it stands. */
export async function signInHere(page: Page, account: string, password = PASSWORD): Promise<void> {
  await write(page.getByLabel("Account", { exact: true }), account);
  await write(page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
}

/** Leaves the computer to the next person, who sees their own cases. */
export async function handOver(page: Page, account: string): Promise<void> {
  await signOut(page);
  await signInHere(page, account);
  await follow(page, "My cases");
  await expect(page.getByRole("heading", { level: 1, name: "My cases" })).toBeVisible();
}
