/** Every main screen in Spanish, for those whose browser speaks it: nothing on it is left in English. */
import type { Page } from "@playwright/test";
import { en, type Messages } from "../src/messages/en";
import { es } from "../src/messages/es";
import { KINDS, tour } from "./screens";
import { expect, expectAccessible } from "./test";
import { test } from "./whole";

test.use({ locale: "es-US" });

/** Stands where something is filled in. */
const HOLE = "\u0000";
/** The shortest text that is looked for, of several words: shorter ones are words of both languages, or names. */
const LONG = 12;

/** The texts of a catalogue; of those in which something is filled in, what stands around it. */
function texts(of: unknown): string[] {
  if (typeof of === "string") return [of];
  if (typeof of === "function") return String((of as (...filled: string[]) => string)(HOLE, HOLE, HOLE)).split(HOLE);
  return Object.values(of as object).flatMap(texts);
}

const spanish = texts(es).join("\n");
const english = texts(en)
  .map((text) => text.trim())
  .filter((text) => text.length >= LONG && text.includes(" ") && !spanish.includes(text));

/** Everything that a page says to the eye and to the ear, but what it says to be English: words of the server itself. */
const said = (page: Page) =>
  page.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement;
    for (const other of body.querySelectorAll('[lang="en"]')) other.remove();
    const labels = [...body.querySelectorAll("*")].flatMap((element) => ["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""));
    return [document.title, body.textContent, ...labels].join("\n");
  });

async function expectSpanish(page: Page, what: string): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  const all = await said(page);
  expect(english.filter((text) => all.includes(text)), what).toEqual([]);
}

test("There are texts enough to tell English by", () => {
  expect(english.length).toBeGreaterThan(500);
  expect(english).toContain(en.signIn.slip);
});

for (const [who, kind] of Object.entries(KINDS)) {
  test(`The screens of ${who} speak Spanish`, async ({ page, office }) => {
    await tour(page, office, es as Messages, kind, async (what) => {
      await expectSpanish(page, what);
      await expectAccessible(page);
    });
  });
}
