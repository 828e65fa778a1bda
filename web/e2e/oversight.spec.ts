/** A supervisor watches the work, arranges it, and acts on many lines at once. */
import { follow, press, write } from "./keys";
import { CASE } from "./office";
import { expect, expectAccessible, newPerson, signIn, tabTo, test } from "./test";

type Line = { section: number; line: number };

test("A supervisor lays down how the work is arranged, and sees pace and agreement", async ({ page, office }) => {
  const [supervisor, reviewer] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer")];
  const batch = `/cases/${CASE}/batches/${reviewer.account.replace(".", "-")}`;
  const { lines } = await reviewer.api.must<{ lines: Line[] }>("PUT", batch, { stage: "review", size: 4 });
  for (const { section, line } of lines) {
    await reviewer.api.must("PUT", `${batch}/lines/${section}/${line}/finding`, { disposition: "invalid", reason: "not_registered" });
  }
  await reviewer.api.must("PUT", `${batch}/closed`);

  await signIn(page, supervisor.account);
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await tabTo(page, "link", "Oversight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: new RegExp(`^${reviewer.account} 4 4`) })).toBeVisible();
  await expect(page.getByText("Nobody has laid anything down yet")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "checkbox", "Likely lines come on contact sheets");
  await page.keyboard.press("Space");
  await tabTo(page, "textbox", "From this likelihood on, in percent");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("85");
  await expect(page.getByText("A number from 90 to 100")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("99.5");
  await tabTo(page, "textbox", "Why");
  await page.keyboard.type("likely lines at a glance");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This holds from now on.")).toBeVisible();
  await expect(page.getByText(/Laid down by supervisor.*likely lines at a glance/)).toBeVisible();
  const { policy } = await supervisor.api.must<{ policy: { contact_sheet_from?: number; least_look: number; known_answers: number; second_looks: number } }>("GET", `/cases/${CASE}/policy`);
  expect(policy).toEqual({ contact_sheet_from: 995_000, least_look: 700, known_answers: 0, second_looks: 0, signatures_first: true });
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, contact_sheet_from: undefined }, because: "singly again" });
});

test("A supervisor sees what voiding a section does before it is done", async ({ page, office }) => {
  const supervisor = await newPerson(office, "supervisor");
  const standing = () => supervisor.api.must<{ valid: number; invalid: number }>("GET", `/cases/${CASE}`);
  const before = await standing();
  await signIn(page, supervisor.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await follow(page, /^Recall of/, "Oversight", "Acts on many lines");
  await expect(page.getByText("No act was proposed yet.")).toBeVisible();
  await expectAccessible(page);
  const propose = async (section: string) => {
    await tabTo(page, "button", "Propose an act");
    await page.keyboard.press("Enter");
    await tabTo(page, "textbox", "Section");
    await page.keyboard.type(section);
    await expectAccessible(page);
    await tabTo(page, "textbox", "Why");
    await page.keyboard.type("the declaration is not signed");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("row", { name: /^Lines it speaks of/ })).toBeVisible();
  };
  await propose("12");
  const speaksOf = Number((await page.getByRole("row", { name: /^Lines it speaks of/ }).getByRole("cell").textContent())?.replace(/\D/g, ""));
  expect(speaksOf).toBeGreaterThan(0);
  await expectAccessible(page);
  // The safe answer has the focus.
  await expect(page.getByRole("button", { name: "Call it off" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("row", { name: /called off/ })).toBeVisible();
  expect(await standing()).toEqual(before);
  await propose("12");
  await tabTo(page, "button", "Do it");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByRole("status").getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("row", { name: /Section 12.*done/ })).toBeVisible();
  await expectAccessible(page);
  expect((await standing()).invalid).toBeGreaterThan(before.invalid);
});

test("A supervisor sees lines that name one voter side by side, and that only one of them counts", async ({ page, office }) => {
  const [supervisor, reviewer] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer")];
  const batch = `/cases/${CASE}/batches/twice`;
  const { lines } = await reviewer.api.must<{ lines: Line[] }>("PUT", batch, { stage: "review", size: 2 });
  const [first, second] = lines.toSorted((a, b) => a.section - b.section || a.line - b.line) as [Line, Line];
  const at = ({ section, line }: Line) => `${batch}/lines/${section}/${line}`;
  const sheet = await reviewer.api.must<{ candidates: { voter: { voter: string; name: string } }[] }>("GET", at(first));
  const voter = sheet.candidates[0]?.voter;
  for (const line of [first, second]) await reviewer.api.must("PUT", `${at(line)}/finding`, { disposition: "valid", voter: voter?.voter, note: "the same hand" });
  await reviewer.api.must("PUT", `${batch}/closed`);

  await signIn(page, supervisor.account);
  await follow(page, /^Recall of/, "Oversight", "Duplicates");
  await expect(page.getByText(/put on record with your name/)).toBeVisible();
  const group = page.getByRole("main").locator("section.card").filter({ hasText: voter?.voter ?? "nobody" });
  await expect(group.getByRole("heading")).toContainText(voter?.name ?? "nobody");
  const both = group.getByRole("listitem");
  await expect(both).toHaveCount(2);
  await expect(both.nth(0)).toContainText(`Section ${first.section}, line ${first.line}`);
  await expect(both.nth(1)).toContainText(`Section ${second.section}, line ${second.line}`);
  for (const line of await both.all()) await expect(line.getByRole("img", { name: "Signature on the petition" })).toBeVisible();
  // Which of the two counts is computed, and nobody says it.
  await expect(group.getByText("Valid", { exact: true })).toHaveCount(1);
  await expect(group.getByText("duplicate", { exact: true })).toHaveCount(1);
  await expect(page.getByText("No voter is named by more lines")).toBeHidden();
  await expectAccessible(page);
  const { items } = await supervisor.api.must<{ items: { voter: string; why: string }[] }>("GET", `/cases/${CASE}/accesses?person=${supervisor.account}&limit=500`);
  expect(items.map((look) => look.voter)).toContain(voter?.voter);
});

test("A supervisor takes back a sheet that was passed too lightly, and looks one of its lines up", async ({ page, office }) => {
  const [supervisor, reviewer] = [await newPerson(office, "supervisor"), await newPerson(office, "reviewer")];
  const standing = () => supervisor.api.must<{ undecided: number }>("GET", `/cases/${CASE}`);
  const policy = { least_look: 0, known_answers: 0, second_looks: 0, contact_sheet_from: 990_000 };
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy, because: "at a glance" });
  const sheet = `/cases/${CASE}/batches/lightly`;
  const { lines } = await reviewer.api.must<{ lines: Line[] }>("PUT", sheet, { stage: "contact_sheet", size: 4 });
  const { taken, refused } = await reviewer.api.must<{ taken: number; refused: Line[] }>("PUT", `${sheet}/sheet`, { flagged: [] });
  expect(taken).toBeGreaterThan(0);
  const before = await standing();

  await signIn(page, supervisor.account);
  await follow(page, /^Recall of/, "Oversight");
  const sheets = page.getByRole("region", { name: "Contact sheets that were passed" });
  await expect(sheets.getByRole("row", { name: new RegExp(`^${reviewer.account}.* ${taken} \\d`) })).toBeVisible();
  await expectAccessible(page);
  await press(sheets.getByRole("button", { name: new RegExp(`^Take back the sheet that ${reviewer.account}`) }));
  await write(page.getByRole("dialog").getByLabel("Why"), "passed in a second");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: `Lines it speaks of ${taken}` })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "button", "Do it");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByRole("status").getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  expect((await standing()).undecided).toBe(before.undecided + taken);

  // Where the roll speaks against one, it was not passed.
  const line = lines.find((one) => !refused.some((other) => other.section === one.section && other.line === one.line)) as Line;
  await follow(page, "One line");
  await write(page.getByLabel("Section / line"), `${line.section}/${line.line}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: `Section ${line.section}, line ${line.line}` })).toBeVisible();
  await expect(page.getByRole("img", { name: "The line on the petition" })).toBeVisible();
  await expect(page.getByText("to be decided")).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(`${reviewer.account} found`) })).toBeVisible();
  await expectAccessible(page);
  const { items } = await supervisor.api.must<{ items: { why: string; section: number; line: number }[] }>("GET", `/cases/${CASE}/accesses?person=${supervisor.account}&latest_first=true`);
  expect(items.map(({ why, section, line }) => ({ why, section, line }))).toContainEqual({ why: "line that was looked up", section: line.section, line: line.line });
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, contact_sheet_from: undefined, least_look: 700 }, because: "singly again" });
});
