/** Every main screen in the dark: nothing on it that a program can find fault with, and all of it dark. */
import { en } from "../src/messages/en";
import { choose } from "./keys";
import { KINDS, tour } from "./screens";
import { expect, expectAccessible } from "./test";
import { test } from "./whole";
import type { Page } from "@playwright/test";

/** How light the ground of a page is, from 0 to 255. */
const ground = (page: Page) =>
  page.evaluate(() => {
    const [red = 255, green = 255, blue = 255] = (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number);
    return Math.max(red, green, blue);
  });

test.describe("on a dark system", () => {
  test.use({ colorScheme: "dark" });
  for (const [who, kind] of Object.entries(KINDS)) {
    test(`The screens of ${who} are as good in the dark`, async ({ page, office }) => {
      await tour(page, office, en, kind, async (what) => {
        expect(await ground(page), what).toBeLessThan(40);
        await expectAccessible(page);
      });
    });
  }
});

test("Who wants it dark has it dark on a light system, from then on", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/public");
  await expect(page.getByText(en.public.text)).toBeVisible();
  expect(await ground(page)).toBeGreaterThan(200);
  await choose(page.getByLabel(en.theme), en.themes.dark);
  expect(await ground(page)).toBeLessThan(40);
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText(en.public.text)).toBeVisible();
  expect(await ground(page)).toBeLessThan(40);
});
