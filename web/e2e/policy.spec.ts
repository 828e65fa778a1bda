/** What a page of this server may do. */
import { expect, test } from "./test";

test("A page runs what the server sends and nothing else", async ({ page, office, watched }) => {
  test.skip(process.env.PREVIEW !== undefined, "the pages are asked from a preview, which has no policy");
  expect(office.whole, "the pages come from the program that is tested").toBe(true);
  const response = await page.goto("/cases/recall");
  const headers = response?.headers() ?? {};
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  await expect(page.getByLabel("Account")).toBeVisible();
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
    const style = document.createElement("style");
    style.textContent = "body { visibility: hidden }";
    document.head.append(style);
    return { script: "ran" in window, style: getComputedStyle(document.body).visibility };
  });
  expect(ran).toEqual({ script: false, style: "visible" });
  // These two complaints were wanted.
  expect(watched.complaints.splice(0).length).toBe(2);
  const assets = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/assets/")));
  expect(assets.length).toBeGreaterThan(2);
  for (const asset of assets) {
    const { headers, status } = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return { status: answer.status, headers: Object.fromEntries(answer.headers) };
    }, asset);
    expect(status, asset).toBe(200);
    expect(headers["cache-control"], asset).toContain("immutable");
    if (/\.(js|css)$/.test(asset)) expect(headers["content-encoding"], asset).toBe("br");
  }
});
