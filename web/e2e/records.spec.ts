/** Those who answer for a case: who looked at whose record, lines whose answer is known, how long the case is kept. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { choose, follow, press, take, write, writeDay, writeMoment } from "./keys";
import { CASE, type Api } from "./office";
import { expect, expectAccessible, newPerson, signIn, tabTo, test } from "./test";

type Line = { section: number; line: number };
type Look = { person: string; voter?: string; section?: number; line?: number; why: string };

async function open(page: Page, account: string, section: string): Promise<void> {
  await signIn(page, account);
  await follow(page, /^Recall of/, "Oversight", section);
  await expect(page.getByRole("link", { name: section })).toHaveAttribute("aria-current", "page");
}

/** On the screen of a phone nothing but a table goes over the edge, and that scrolls by itself. */
async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function claim(api: Api, batch: string, size: number): Promise<Line[]> {
  return (await api.must<{ lines: Line[] }>("PUT", `/cases/${CASE}/batches/${batch}`, { stage: "review", size })).lines;
}

/** Finds on every line of a batch, and closes it. */
async function find(api: Api, batch: string, lines: Line[], found: unknown): Promise<void> {
  for (const { section, line } of lines) await api.must("PUT", `/cases/${CASE}/batches/${batch}/lines/${section}/${line}/finding`, found);
  await api.must("PUT", `/cases/${CASE}/batches/${batch}/closed`);
}

test("A supervisor sees who looked at whose record, and takes the log out", async ({ page, office }) => {
  const [supervisor, reviewer] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer")];
  for (const batch of ["looks-1", "looks-2", "looks-3"]) {
    await claim(reviewer.api, batch, 50);
    await reviewer.api.must("PUT", `/cases/${CASE}/batches/${batch}/closed`);
  }
  const looks = async (query: string) => supervisor.api.must<{ items: Look[]; next?: string }>("GET", `/cases/${CASE}/accesses?limit=500&${query}`);
  const { items } = await looks(`person=${reviewer.account}`);
  expect(items.length, "there is more than one page of them").toBeGreaterThan(100);
  const one = items[0] as Look;
  const table = page.getByRole("region", { name: "Looks", exact: true }).getByRole("table");
  const rows = table.getByRole("row");

  await open(page, supervisor.account, "Access log");
  await expect(rows.nth(1)).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "textbox", "Account");
  await page.keyboard.type(reviewer.account);
  await page.keyboard.press("Enter");
  await expect(page.getByText(`by ${reviewer.account} · The first 100 looks, the latest first`)).toBeVisible();
  await expect(rows).toHaveCount(101);
  await expect(rows.nth(1)).toContainText(reviewer.account);
  await expect(table).toContainText("candidate of a line in hand");
  await tabTo(page, "button", "More");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(Math.min(items.length, 200) + 1);

  // For the sake of one line.
  await tabTo(page, "textbox", "Section / line");
  await page.keyboard.type(`${one.section}/`);
  await expect(page.getByText("Write a section, such as 12, or a line of it")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  const ofSection = items.filter(({ section }) => section === one.section);
  await expect(rows).toHaveCount(Math.min(ofSection.length, 100) + 1);
  await expect(page.getByText(`by ${reviewer.account}, for section ${one.section} ·`)).toBeVisible();
  await tabTo(page, "textbox", "Section / line");
  await page.keyboard.press("End");
  await page.keyboard.type(`/${one.line}`);
  await page.keyboard.press("Enter");
  const ofLine = items.filter(({ section, line }) => section === one.section && line === one.line);
  await expect(rows).toHaveCount(ofLine.length + 1);
  // Nobody looked yesterday.
  await tabTo(page, "combobox", "Time");
  await page.keyboard.press("End");
  await writeMoment(page.getByLabel("From", { exact: true }), "2001-01-01T00:00");
  await writeMoment(page.getByLabel("To, not included"), "2001-01-02T00:00");
  await tabTo(page, "button", "Show");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No look is on record that fits.")).toBeVisible();
  await expectAccessible(page);
  await choose(page.getByLabel("Time", { exact: true }), "Today");

  // At one voter's record: that is a look itself, and the screen says so before it is done.
  await tabTo(page, "radio", "By account, section or line, and time");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("Looking through the log for a voter is a look itself.")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "textbox", "Voter’s number on the roll");
  await page.keyboard.type(one.voter ?? "nobody");
  await page.keyboard.press("Enter");
  await expect(rows.filter({ hasText: supervisor.account })).toContainText("search of this log");
  for (const row of (await rows.all()).slice(1)) await expect(row).toContainText(one.voter ?? "nobody");
  const own = (await looks(`person=${supervisor.account}`)).items;
  expect(own.map(({ voter, why }) => ({ voter, why }))).toEqual([{ voter: one.voter, why: "search of the log of looks" }]);
  expect(page.url()).not.toContain(one.voter);

  // As a file.
  await take(page.getByLabel("By account, section or line, and time"));
  await write(page.getByLabel("Section / line"), `${one.section}/${one.line}`);
  const csv = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent("download"), tabTo(page, "button", button).then(() => page.keyboard.press("Enter"))]);
    return readFileSync(await file.path(), "utf8");
  };
  const file = await csv("Take out as CSV");
  expect(file.split(/\r?\n/)[0]).toBe("seq,at,person,voter_id,section,line,why");
  expect(file.trimEnd().split("\n").length).toBe(ofLine.length + 1);
  await expect(page.getByText("The file is among the downloads")).toBeVisible();
  await press(page.getByText("Taken out so far: 1 time"));
  const taken = page.getByRole("region", { name: "Which looks" }).getByRole("row").nth(1);
  await expect(taken).toContainText(`by ${reviewer.account}, for section ${one.section}, line ${one.line}, from`);
  await expectAccessible(page);
  await expectFits(page);
  // Others look in between, and the same file comes again.
  await supervisor.api.must("POST", `/cases/${CASE}/accesses/search`, { voter: one.voter });
  expect(await csv("Take out again")).toBe(file);
  expect((await supervisor.api.must<unknown[]>("GET", `/cases/${CASE}/accesses/exports`)).length).toBe(1);
});

test("A supervisor makes decided lines known answers, and retires them", async ({ page, office }) => {
  const [supervisor, first, second] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer"), await newPerson(office, "reviewer")];
  const known = async () =>
    (await supervisor.api.must<{ items: (Line & { answer: { disposition: string; reason?: string; voter?: string } })[] }>("GET", `/cases/${CASE}/known-answers`)).items;
  // Other scenarios have had lines accepted and laid down policies: here every line that is handed out is a fresh one.
  const policy = { least_look: 700, known_answers: 0, second_looks: 0 };
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy, because: "fresh lines" });
  const lines = await claim(first.api, "decided", 2);
  await find(first.api, "decided", lines, { disposition: "invalid", reason: "illegible" });
  const [undecided] = await claim(first.api, "undecided", 1);
  await first.api.must("PUT", `/cases/${CASE}/batches/undecided/closed`);
  const decided = lines[0] as Line;

  await open(page, supervisor.account, "Known answers");
  await expect(page.getByText("No line’s answer is known yet.")).toBeVisible();
  await expect(page.getByText(/never gets the line to look at/)).toBeVisible();
  await expect(page.getByText(/None is handed out now/)).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "button", "Add a known answer");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Line", { exact: true })).toBeFocused();
  await page.keyboard.type(`${undecided?.section}/${undecided?.line}`);
  await page.keyboard.press("Tab");
  await page.keyboard.type("Nobody can");
  await expect(page.getByLabel("Answer", { exact: true })).toHaveValue("illegible");
  await expect(page.getByLabel("Voter’s number on the roll")).toBeHidden();
  await tabTo(page, "textbox", "How it is known");
  await page.keyboard.type("two supervisors looked at it together");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("is not decided");
  await expectAccessible(page);
  await write(page.getByLabel("Line", { exact: true }), `${decided.section}/${decided.line}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("row", { name: new RegExp(`^${decided.section} / ${decided.line} Nobody can be identified`) })).toContainText(`by ${supervisor.account}`);
  await expectFits(page);
  expect((await known()).map(({ section, line, answer }) => ({ section, line, answer }))).toEqual([{ ...decided, answer: { disposition: "invalid", reason: "illegible" } }]);
  await expectAccessible(page);
  await tabTo(page, "button", `Retire section ${decided.section}, line ${decided.line}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No line’s answer is known yet.")).toBeVisible();
  expect(await known()).toEqual([]);

  // Two people who came to different answers: the supervisor settles which one was right, for those who come after.
  const [accepted] = await claim(first.api, "accepted", 1);
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, second_looks: 1000 }, because: "each once more" });
  const at = `${accepted?.section}/${accepted?.line}`;
  const { candidates } = await first.api.must<{ candidates: { voter: { voter: string } }[] }>("GET", `/cases/${CASE}/batches/accepted/lines/${at}`);
  const voter = candidates[0]?.voter.voter;
  await find(first.api, "accepted", [accepted as Line], { disposition: "valid", voter });
  // Other scenarios have had lines accepted before, which are due for another look as well.
  const batches: string[] = [];
  for (let found = false; !found; ) {
    const batch = `once-more-${batches.length}`;
    batches.push(batch);
    const looked = await claim(second.api, batch, 50);
    expect(looked, "the line is due for another look").not.toEqual([]);
    found = looked.some(({ section, line }) => `${section}/${line}` === at);
  }
  await find(second.api, batches.at(-1) ?? "", [accepted as Line], { disposition: "invalid", reason: "illegible" });
  for (const batch of batches) await second.api.must("PUT", `/cases/${CASE}/batches/${batch}/closed`);
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, known_answers: 50 }, because: "known ones instead" });
  await page.reload();
  await expect(page.getByText("Of a thousand lines handed out for review, 50 are such lines.")).toBeVisible();
  await tabTo(page, "link", "People and quality");
  await page.keyboard.press("Enter");
  await tabTo(page, "button", `Make it a known answer: section ${accepted?.section}, line ${accepted?.line}`);
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Voter’s number on the roll")).toHaveValue(voter ?? "");
  await expect(page.getByLabel("How it is known")).toBeFocused();
  await page.keyboard.type("looked at once more with the roll");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  expect((await known()).map(({ answer }) => answer.voter)).toEqual([voter]);
  await supervisor.api.must("DELETE", `/cases/${CASE}/known-answers/${at}`);
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, second_looks: 0 }, because: "as before" });
});

test("A registrar puts on record what the time of a case rests on; a supervisor sees it and changes nothing", async ({ page, office }) => {
  const [registrar, supervisor] = [await newPerson(office, "registrar"), await newPerson(office, "supervisor")];
  await signIn(page, registrar.account);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await tabTo(page, "link", "Oversight");
  await page.keyboard.press("Enter");
  // A registrar sees of oversight how long the case is kept, and nothing of people.
  await expect(page).toHaveURL(/\/oversight\/retention$/);
  await expect(page.getByRole("navigation", { name: "Oversight" }).getByRole("link")).toHaveText(["Retention"]);
  await expect(page.getByText("The case must be kept: no certificate stands")).toBeVisible();
  await expect(page.getByText("countersign case destroy recall.case")).toBeVisible();
  await expectAccessible(page);

  await tabTo(page, "button", "Put a day on record");
  await page.keyboard.press("Enter");
  await tabTo(page, "combobox", "What happened");
  await page.keyboard.type("The results");
  await tabTo(page, "radio", "It was on this day");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "textbox", "Where that is known from");
  await page.keyboard.type("the recall election was called off");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: "The results of the election were certified: will never come" })).toContainText(`put on record by ${registrar.account}`);
  // Corrected: the last entry holds.
  await press(page.getByRole("button", { name: "Put a day on record" }));
  await choose(page.getByLabel("What happened"), "The results of the election were certified");
  await writeDay(page.getByLabel("Day", { exact: true }), "1999-01-01");
  await write(page.getByLabel("Where that is known from"), "the official canvass");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("cannot be before");
  await expectAccessible(page);
  await writeDay(page.getByLabel("Day", { exact: true }), "2023-01-10");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The results of the election were certified: Jan 10, 2023")).toBeVisible();

  await tabTo(page, "button", "Put a legal hold on record");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Who asks for it")).toBeFocused();
  await page.keyboard.type("County Counsel");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Superior Court 22-0714");
  await writeDay(page.getByLabel("It holds from this day on"), "2022-09-01");
  await tabTo(page, "textbox", "Why");
  await page.keyboard.type("a suit over the count");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  const hold = page.getByRole("listitem").filter({ hasText: "County Counsel" });
  await expect(hold).toContainText("stands since Sep 1, 2022");
  await expect(page.getByText(/The case must be kept: a legal hold stands/)).toBeVisible();

  await expectFits(page);

  // A supervisor reads the same, with nothing to change it by.
  const other = await page.context().browser()?.newContext({ baseURL: office.url, ignoreHTTPSErrors: true, locale: "en-US" });
  const theirs = await other?.newPage();
  if (theirs === undefined) throw new Error("there is no browser");
  await open(theirs, supervisor.account, "Retention");
  await expect(theirs.getByRole("listitem").filter({ hasText: "County Counsel" })).toContainText("stands since Sep 1, 2022");
  await expect(theirs.getByText("The registrar puts days and legal holds on record.")).toBeVisible();
  await expect(theirs.getByRole("main").getByRole("button")).toHaveCount(0);
  await expectAccessible(theirs);
  await other?.close();

  await tabTo(page, "button", "Lift the hold that County Counsel asked for");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog").getByLabel("Why")).toBeFocused();
  await page.keyboard.type("the suit was settled");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toBeHidden();
  await expect(hold).toContainText("Lifted: the suit was settled");
  await expect(page.getByRole("button", { name: /^Lift the hold/ })).toHaveCount(0);
  const { holds } = await registrar.api.must<{ holds: { lifted?: { person: string } }[] }>("GET", `/cases/${CASE}/retention`);
  expect(holds.map(({ lifted }) => lifted?.person)).toEqual([registrar.account]);
});
