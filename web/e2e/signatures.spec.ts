/** Signatures before names, and pictures that are late, missing or lost: nobody decides on less than there is. */
import type { Page } from "@playwright/test";
import { CASE, PASSWORD, type Api, type Office } from "./office";
import { expect, expectAccessible, lineCame, lineShown, newPerson, nothingAsked, openStage, signaturesFirst, signIn, tabTo, test } from "./test";

interface OnSheet {
  printed_name: string;
  address: string;
  candidates: { voter: { voter: string; name: string } }[];
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const decisions = (page: Page) => page.getByRole("region", { name: "Decide" }).getByRole("button", { name: /^(Valid|Signature|Not registered|Nobody)/ });
const signature = (page: Page) => page.getByRole("img", { name: "Signature on the petition" });
const reference = (page: Page) => page.getByRole("img", { name: /^Reference signature/ });

/** The batch in hand, as the page keeps its name. */
const batchOf = (page: Page) =>
  page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("countersign.work:"));
    return (JSON.parse(sessionStorage.getItem(key ?? "") ?? "{}") as { batch: string }).batch;
  });

/** What the server has of the line on the screen. */
async function onScreen(page: Page, api: Api): Promise<OnSheet> {
  const [, section, line] = /Section (\d+), line (\d+)/.exec((await heading(page).textContent()) ?? "") ?? [];
  return api.must("GET", `/cases/${CASE}/batches/${await batchOf(page)}/lines/${section}/${line}`);
}

/** That nothing in the page says who is on the line, neither to the eye nor to the ear. */
async function expectNobodyNamed(page: Page, { printed_name, address, candidates }: OnSheet): Promise<void> {
  const markup = await page.evaluate(() => document.body.innerHTML.toUpperCase());
  const names = [printed_name, address, ...candidates.map(({ voter }) => voter.name)].filter((text) => text.length > 3);
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) expect(markup).not.toContain(name.toUpperCase());
}

async function begin(page: Page, office: Office, stage: "Review" | "Another look" = "Review") {
  const person = await newPerson(office, "reviewer");
  await signIn(page, person.account);
  await openStage(page, stage);
  await lineCame(page);
  return person;
}

/** Has somebody find that the signature of the likeliest line does not compare, so that it is looked at once more. */
async function doubted(office: Office): Promise<string> {
  const { account, api } = await newPerson(office, "reviewer");
  const batch = `/cases/${CASE}/batches/${account.replace(".", "-doubts-")}`;
  const { lines } = await api.must<{ lines: { section: number; line: number }[] }>("PUT", batch, { stage: "review", size: 1 });
  const { section, line } = lines[0] ?? { section: 0, line: 0 };
  const { candidates } = await api.must<OnSheet>("GET", `${batch}/lines/${section}/${line}`);
  await api.must("PUT", `${batch}/lines/${section}/${line}/finding`, { disposition: "invalid", reason: "signature_mismatch", voter: candidates[0]?.voter.voter });
  await api.must("PUT", `${batch}/closed`);
  return `Section ${section}, line ${line}`;
}

// What was preset holds for the scenarios that follow.
test.afterEach(({ office }) => signaturesFirst(office, true));

test("Where signatures come first, a line shows nobody's name before it is asked for", async ({ page, office }) => {
  await signaturesFirst(office, true);
  const { api } = await begin(page, office);
  const first = await lineCame(page);
  const show = page.getByRole("button", { name: "Show the line" });
  await expect(show).toBeVisible();
  await expect(signature(page)).toBeVisible();
  await expect(reference(page).first()).toBeVisible();
  const sheet = await onScreen(page, api);
  await expectNobodyNamed(page, sheet);
  await expectAccessible(page);
  for (const button of await decisions(page).all()) await expect(button).toBeDisabled();
  // A decision is about somebody, and so is a search.
  await page.waitForTimeout(200);
  for (const key of ["v", "n", "s", "/", "2", "ArrowDown", "f"]) await page.keyboard.press(key);
  await page.waitForTimeout(200);
  await expect(heading(page)).toHaveText(first);
  await expectNobodyNamed(page, sheet);
  // Neither does the list of the batch say who it is.
  await page.keyboard.press("d");
  await expect(page.getByRole("row").nth(1)).toContainText("After the signatures");
  await expectNobodyNamed(page, sheet);
  await page.keyboard.press("d");
  await expect(show).toBeVisible();

  // A key that shows the line and bounces decides nothing yet.
  const bounced = await page.evaluate(async () => {
    const press = () => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    const begun = performance.now();
    press();
    while (document.querySelector("input[type=radio]") === null && performance.now() - begun < 5_000) await new Promise((next) => setTimeout(next));
    const after = performance.now() - begun;
    // A machine that is slower than a key bounces has shown nothing by this.
    if (after < 100) press();
    return after;
  });
  console.log(`the key bounced after ${bounced.toFixed(0)} ms`);
  await expect(show).toBeHidden();
  await expect(page.getByRole("radio", { checked: true })).toHaveAccessibleName(new RegExp(sheet.candidates[0]?.voter.name ?? "?"));
  await expect(page.getByRole("group", { name: new RegExp(sheet.printed_name) })).toBeFocused();
  await expect(heading(page)).toHaveText(first);
  await expectAccessible(page);
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect(heading(page)).not.toHaveText(first);

  // Whoever comes back to a line has seen it.
  await expect(show).toBeVisible();
  await page.waitForTimeout(200);
  await page.keyboard.press("u");
  await expect(heading(page)).toHaveText(first);
  await expect(page.getByRole("radio").first()).toBeVisible();
  await expect(show).toBeHidden();
  await page.waitForTimeout(200);
  await page.keyboard.press("v");
  await expect(heading(page)).not.toHaveText(first);
  // By its button, which takes the focus along to the line.
  const second = await lineCame(page);
  await tabTo(page, "button", "Show the line");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio").first()).toBeVisible();
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect(heading(page)).not.toHaveText(second);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("After the signatures: the line and the name")).toBeVisible();
});

test("A line whose signatures come first takes two keys", async ({ page, office }) => {
  await signaturesFirst(office, true);
  await begin(page, office);
  let keys = 0;
  const accepted = 8;
  for (let made = 0; made < accepted; made += 1) {
    const line = await lineCame(page);
    await page.waitForTimeout(200);
    while (((await heading(page).textContent()) ?? "") === line) {
      keys += 1;
      await page.keyboard.press("Enter");
      await page.waitForTimeout(400);
    }
  }
  expect(keys / accepted, "keystrokes for each accepted line").toBeLessThanOrEqual(2);
});

test("Where signatures do not come first, and where there are none, a line shows all of it", async ({ page, office }) => {
  await signaturesFirst(office, false);
  await begin(page, office);
  await expect(page.getByRole("radio").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Show the line" })).toBeHidden();
  await signaturesFirst(office, true);
  const none = { status: 404, contentType: "application/problem+json", body: JSON.stringify({ code: "not_found", detail: "there is no such image" }) };
  await page.route("**/signature", (route) => route.fulfill(none));
  await page.reload();
  await lineCame(page);
  await expect(page.getByRole("radio").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Show the line" })).toBeHidden();
  await expect(page.getByText("cannot be shown just now")).toBeHidden();
});

test("In blind review the name stays hidden while the signature is late or fails, and only the named voter is chosen", async ({ page, office }) => {
  const place = await doubted(office);
  let answers: "late" | "refused" | "here" = "late";
  const late: (() => void)[] = [];
  await page.route("**/signature", async (route) => {
    if (answers === "late") await new Promise<void>((go) => late.push(go));
    if (answers === "here") return route.continue();
    await route.fulfill({ status: 429, contentType: "text/plain", body: "not so fast" });
  });
  const { api } = await begin(page, office, "Another look");
  await expect(heading(page)).toHaveText(new RegExp(`^${place} `));
  const sheet = await onScreen(page, api);
  await expect(page.getByText("Second of three looks.")).toBeVisible();
  await expectNobodyNamed(page, sheet);
  answers = "refused";
  late.forEach((go) => go());
  await expect(page.getByText("This cannot be shown just now: Signature on the petition.")).toBeVisible();
  await expectNobodyNamed(page, sheet);
  await expectAccessible(page);
  answers = "here";
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(signature(page)).toBeVisible();
  await expect(reference(page).first()).toBeVisible();
  await expect(page.getByText("cannot be shown just now")).toBeHidden();
  await expectNobodyNamed(page, sheet);
  await expectAccessible(page);

  await page.keyboard.press("w");
  await expect(page.getByRole("radio")).toHaveCount(1);
  await expect(page.getByRole("radio", { checked: true })).toHaveAccessibleName(new RegExp(sheet.candidates[0]?.voter.name ?? "?"));
  await expect(page.locator(".desk")).toBeFocused();
  for (const key of ["ArrowDown", "2", "/"]) await page.keyboard.press(key);
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Look on the roll" })).toHaveCount(0);
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(1);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Choose a candidate")).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.waitForTimeout(200);
  await page.keyboard.press("v");
  await expect(page.getByRole("heading", { name: "This batch is decided" })).toBeVisible();
  // Handed in, so that no other scenario finds the line waiting.
  await page.getByRole("button", { name: /Hand in and stop/ }).click();
  await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();
});

test("Pictures that failed are told of, and are there again once they can be had", async ({ page, office }) => {
  await signaturesFirst(office, false);
  let works = false;
  const pictures = /\/(strip|signature|references(\/\d+)?)$/;
  await page.route(pictures, (route) => (works ? route.continue() : route.fulfill({ status: 503, body: "" })));
  await begin(page, office);
  await lineShown(page);
  for (const what of ["The line on the petition", "Signature on the petition"]) await expect(page.getByText(`This cannot be shown just now: ${what}.`)).toBeVisible();
  await expectAccessible(page);
  // What is fetched ahead is through: nothing tries again by itself.
  await nothingAsked(page);
  works = true;
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(signature(page)).toBeVisible();
  await expect(page.getByRole("img", { name: "The line on the petition" })).toBeVisible();
  await expect(reference(page).first()).toBeVisible();
  await expect(page.getByText("cannot be shown just now")).toHaveCount(0);

  // A session that has ended is told by a picture, too, and signing in again brings it.
  await nothingAsked(page);
  const out = { status: 401, contentType: "application/problem+json", body: JSON.stringify({ code: "not_signed_in", detail: "sign in" }) };
  await page.route("**/page", (route) => route.fulfill(out));
  await page.keyboard.press("f");
  const again = page.getByRole("alertdialog", { name: "Sign in again" });
  await expect(again).toBeVisible();
  await page.unroute("**/page");
  await again.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(again).toBeHidden();
  await expect(page.getByRole("dialog").getByRole("img", { name: /^The page of line/ })).toBeVisible();
});

test("A lost connection leaves the pictures of the lines in hand", async ({ page, office, context }) => {
  await signaturesFirst(office, false);
  await begin(page, office);
  await lineShown(page);
  // What was there before a line is shown is there with its first frame.
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof Element && node.matches(".desk")) seen.push(node.querySelectorAll("img").length);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  await nothingAsked(page);
  await context.setOffline(true);
  const count = await page.getByRole("list", { name: "Lines of this batch" }).getByRole("listitem").count();
  for (let line = 1; line < count; line += 1) {
    const before = await lineShown(page);
    await page.keyboard.press("ArrowRight");
    await expect(heading(page)).not.toHaveText(before);
    await expect(page.getByRole("img", { name: "The line on the petition" })).toBeVisible();
    await expect(signature(page)).toBeVisible();
    await expect(page.getByText("cannot be shown just now")).toHaveCount(0);
  }
  const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  expect(seen.length).toBe(count - 1);
  // The line, its signature and one on file at least.
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(3);
  // One that is not there is told of, and comes by itself when the connection is back.
  await page.keyboard.press("ArrowDown");
  await context.setOffline(false);
  await expect(page.getByText("cannot be shown just now")).toHaveCount(0);
});

test("The signatures on file of a voter who was found by a search are shown", async ({ page, office }) => {
  await signaturesFirst(office, false);
  const asked: { voter: string; reference: number }[] = [];
  const addresses: string[] = [];
  page.on("request", (request) => {
    addresses.push(request.url());
    if (request.url().endsWith("/reference")) asked.push(request.postDataJSON() as (typeof asked)[number]);
  });
  await begin(page, office);
  await lineShown(page);
  await expect(reference(page).first()).toBeVisible();
  const find = async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("garcia");
    await expect(page.getByRole("option").first()).toBeVisible();
    const name = (await page.getByRole("option").first().locator("strong").textContent()) ?? "?";
    await page.keyboard.press("Enter");
    await expect(page.getByRole("radio", { checked: true })).toHaveAccessibleName(new RegExp(name));
  };
  await find();
  await expect(reference(page).or(page.getByText("No reference signature of this voter is kept.")).first()).toBeVisible();
  // They are asked for until there is none, by their numbers.
  await nothingAsked(page);
  const shown = await reference(page).count();
  expect(asked.map(({ reference }) => reference)).toEqual(Array.from({ length: shown + 1 }, (_, index) => index + 1));
  await expectAccessible(page);
  // Whose they are stands in no address, since addresses are kept in logs.
  const voter = asked[0]?.voter ?? "";
  expect(voter.length).toBeGreaterThan(3);
  expect(addresses.filter((address) => address.includes(voter))).toEqual([]);

  await lineShown(page);
  await page.keyboard.press("ArrowRight");
  await lineShown(page);
  const none = { status: 404, contentType: "application/problem+json", body: JSON.stringify({ code: "not_found", detail: "there is no such image" }) };
  await page.route("**/reference", (route) => route.fulfill(none));
  await find();
  await expect(page.getByText("No reference signature of this voter is kept.")).toBeVisible();
  await expect(reference(page)).toHaveCount(0);
});
