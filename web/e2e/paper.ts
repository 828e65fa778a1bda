/** What comes out of the printer: a screen is printed as it is, without what only a screen needs. */
import { expect, type Locator, type Page } from "@playwright/test";

declare global {
  interface Window {
    /** How often the page was sent to the printer. */
    printed: number;
  }
}

/** There is no printer here: whoever prints is counted. */
export async function countPrints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.printed = 0;
    window.print = () => void (window.printed += 1);
  });
}

/** Looks at the screen as it is printed: this is on the paper, and neither this nor the ways to other screens. */
export async function expectOnPaper(page: Page, there: Locator[], not: Locator[] = []): Promise<void> {
  await page.emulateMedia({ media: "print" });
  for (const one of there) await expect(one).toBeVisible();
  for (const one of not) await expect(one).toBeHidden();
  await expect(page.getByRole("banner")).toHaveCount(0);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  await page.emulateMedia({ media: "screen" });
}
