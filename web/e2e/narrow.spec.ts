/** Every main screen at 200 percent and on a phone: nothing goes over its edge to the side, and at 200 percent no bar lies over what has the focus. */
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

/** What a bar lay over while it had the focus, on the way through the screen and back. */
async function covered(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let presses = 0; presses < THROUGH; presses += 1) {
      await page.keyboard.press(key);
      const seen = await page.evaluate<string>(`(${focusOn.toString()})(document.activeElement ?? document.body)`);
      if (seen === "covered") found.push(await page.evaluate(() => `${document.activeElement?.tagName ?? ""} ${document.activeElement?.textContent ?? ""}`));
    }
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
          // Nobody has a Tab key on a phone.
          if (width > 390) expect.soft(await covered(page), what).toEqual([]);
        });
      });
    }
  });
}
