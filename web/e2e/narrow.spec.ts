/** Every main screen at 200 percent and on a phone: nothing goes over its edge to the side, and no bar lies over what has the focus. */
import type { Page } from "@playwright/test";
import { en } from "../src/messages/en";
import { focusOn } from "./keys";
import { KINDS, tour } from "./screens";
import { expect } from "./test";
import { test } from "./whole";

const SIZES = [
  // A screen of 1440 by 900, with everything on it twice as large.
  { at: "at 200 percent", width: 720, height: 450 },
  { at: "on a phone", width: 390, height: 844 },
];

/** How far the page goes over its edge, and what does. A table that scrolls by itself stays within. */
const over = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth - clientWidth} pixels`, ...wide.slice(0, 5).map((element) => `${element.tagName} ${element.className}`)];
  });

/** Presses of a key that go through most of a screen. */
const THROUGH = 40;

/** What a bar lay over while it had the focus, on the way back from the end of the screen. */
async function covered(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (let presses = 0; presses < THROUGH; presses += 1) {
    await page.keyboard.press("Shift+Tab");
    const focus = await page.evaluateHandle(() => document.activeElement ?? document.body);
    if ((await focus.evaluate(focusOn)) === "covered") found.push(await focus.evaluate((element) => `${element.tagName} ${element.textContent ?? ""}`));
  }
  return found;
}

for (const { at, width, height } of SIZES) {
  test.describe(at, () => {
    test.use({ viewport: { width, height } });
    for (const [who, kind] of Object.entries(KINDS)) {
      test(`The screens of ${who} fit ${at}`, async ({ page, office }) => {
        await tour(page, office, en, kind, async (what) => {
          expect.soft(await over(page), what).toEqual([]);
          expect.soft(await covered(page), what).toEqual([]);
        });
      });
    }
  });
}
