/** An administrator brings people in, and people find their way in. All of it from the keyboard. */
import { follow, openAccount, signInHere, signOut, write } from "./keys";
import { CASE, PASSWORD, totp } from "./office";
import { countPrints, expectOnPaper } from "./paper";
import { expect, expectAccessible, newPerson, signIn, tabTo, test } from "./test";

test("An administrator adds temporary workers and prints their slips; one of them comes in by theirs", async ({ page, office }) => {
  const { account } = await newPerson(office, "keeper", { "": ["administrator"] });
  await countPrints(page);
  await signIn(page, account);
  await expect(page.getByText("You have no duty in any case yet")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "link", "People");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "link", "Add people");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("People, one a line")).toBeFocused();
  await page.keyboard.type("mgarcia, Maria Garcia\nJosé Núñez\nmgarcia, Somebody Else");
  await tabTo(page, "combobox", "Add a case");
  await page.keyboard.type(CASE);
  await page.keyboard.press("Enter");
  await tabTo(page, "checkbox", /^Reviewer/);
  await page.keyboard.press("Space");
  await expectAccessible(page);
  await tabTo(page, "button", "Add 3 people");
  await page.keyboard.press("Enter");
  await expect(page.getByText("2 people were added.")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("Line 3, mgarcia: There is one of this name already");
  // What could not be added stays to be mended.
  await expect(page.getByLabel("People, one a line")).toHaveValue("mgarcia, Somebody Else");
  await expectAccessible(page);
  await tabTo(page, "link", "Slips");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Maria Garcia" })).toBeVisible();
  await expectAccessible(page);
  const slip = page.getByRole("listitem").filter({ hasText: "Maria Garcia" });
  const code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec((await slip.textContent()) ?? "")?.[0] ?? "";
  await tabTo(page, "button", "Print");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => window.printed)).toBe(1);
  // On the paper are the slips and nothing else, so that each can be cut out and handed over.
  const warning = page.getByText("Each code is shown here once.");
  await expectOnPaper(page, [slip.getByText(code), slip.getByText("mgarcia"), slip.getByText(office.url)], [warning, page.getByRole("button", { name: "Print" })]);
  await expect(warning).toBeVisible();
  await tabTo(page, "button", "Done: forget the codes");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /José Núñez.*jnunez.*Reviewer/ })).toBeVisible();
  // Going back brings no code back.
  await page.goBack();
  await expect(page.getByText("There are no slips here")).toBeVisible();
  await expectAccessible(page);

  const setPassword = async () => {
    await write(page.getByLabel("New password", { exact: true }), PASSWORD);
    await write(page.getByLabel("New password once more"), PASSWORD);
    await page.keyboard.press("Enter");
  };
  // Signing out, and in by the slip.
  await tabTo(page, "button", /keeper/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await tabTo(page, "link", "I have a slip with a code");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code on the slip")).toBeFocused();
  await page.keyboard.type(code.replaceAll("-", "").toLowerCase());
  await page.keyboard.press("Tab");
  await page.keyboard.type("too short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("A password has 15 characters or more.")).toBeVisible();
  await expectAccessible(page);
  await setPassword();
  await expect(page.getByRole("heading", { name: /^Recall of/ })).toBeVisible();
  // The code was good once.
  await signOut(page);
  await tabTo(page, "link", "I have a slip with a code");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code on the slip")).toBeFocused();
  await page.keyboard.type(code);
  await setPassword();
  await expect(page.getByRole("alert")).toContainText("This code was used");
});

test("An administrator changes duties, asks for a new password, and shuts an account", async ({ page, office }) => {
  const [keeper, worker] = [await newPerson(office, "keeper", { "": ["administrator"] }), await newPerson(office, "worker", { [CASE]: ["observer"] })];
  await signIn(page, keeper.account);
  await tabTo(page, "link", "People");
  await page.keyboard.press("Enter");
  await write(page.getByRole("searchbox"), worker.account);
  await expect(page.getByRole("row")).toHaveCount(2);
  await tabTo(page, "link", /^Worker/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /^Worker/ })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "checkbox", /^Supervisor/);
  await page.keyboard.press("Space");
  await tabTo(page, "button", "Save the duties");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The duties are saved.")).toBeVisible();
  const { duties } = await worker.api.must<{ duties: Record<string, string[]> }>("GET", "/session");
  expect(duties[CASE]?.sort()).toEqual(["observer", "supervisor"]);
  await tabTo(page, "button", "Monday to Friday");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Day" })).toHaveCount(5);
  await expectAccessible(page);
  await tabTo(page, "button", "Remove the shift on Wednesday");
  await page.keyboard.press("Enter");
  await tabTo(page, "button", "Save the shifts");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The shifts are saved.")).toBeVisible();
  await tabTo(page, "textbox", "Full name");
  await page.keyboard.type("Worker Bee");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This is saved.")).toBeVisible();
  const kept = await keeper.api.must<{ shifts: { day: string; from: string }[]; on_roll: { name: string } }>("GET", `/people/${worker.account}`);
  expect(kept.shifts.map(({ day }) => day)).toEqual(["monday", "tuesday", "thursday", "friday"]);
  expect([kept.shifts[0]?.from, kept.on_roll.name]).toEqual(["08:00", "Worker Bee"]);
  await keeper.api.must("PUT", `/people/${worker.account}/shifts`, { shifts: [] });
  await tabTo(page, "button", "Ask for a new password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("A new password is asked for.")).toBeVisible();
  expect((await worker.api.ask("GET", `/cases/${CASE}`)).status).toBe(403);
  await tabTo(page, "button", "Shut the account");
  await page.keyboard.press("Enter");
  const asked = page.getByRole("alertdialog");
  await expect(asked.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This account is shut.")).toBeVisible();
  expect((await worker.api.ask("GET", "/session")).status).toBe(401);

  // All of it can be read afterwards, in words.
  await follow(page, "People", "What was done to accounts");
  await write(page.getByLabel("Account", { exact: true }), worker.account);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /account shut/ })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(`duties given ?${CASE}: Observer, Supervisor`) })).toBeVisible();
  await expect(page.getByRole("row", { name: /shifts given ?Monday 08:00–17:00 ?Tuesday/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /shifts given ?No shifts: at any time/ })).toBeVisible();
  await expectAccessible(page);
});

test("A person whose password must be changed does that before anything else", async ({ page, office }) => {
  const worker = await newPerson(office, "worker", { [CASE]: ["observer"] });
  const keeper = await newPerson(office, "keeper", { "": ["administrator"] });
  await keeper.api.must("PUT", `/people/${worker.account}/password-change`);
  await signIn(page, worker.account);
  await expect(page.getByRole("heading", { name: "A new password is needed" })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "textbox", "Password now");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type("five other words in a row");
  await page.keyboard.press("Tab");
  await page.keyboard.type("five other words in a row");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  // An observer sees figures, and no work to begin.
  await tabTo(page, "link", /^Recall of/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Begin/ })).toHaveCount(0);
  // An address that somebody typed leads no further.
  await page.goto(`/cases/${CASE}/work/review`);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await expectAccessible(page);
});

test("A person sets an authenticator and signs in with its code", async ({ page, office }) => {
  const { account } = await newPerson(office, "registrar");
  await signIn(page, account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await openAccount(page);
  await tabTo(page, "button", "Set up an authenticator");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("img", { name: /Picture with the key/ })).toBeVisible();
  await expectAccessible(page);
  const secret = ((await page.locator(".key").textContent()) ?? "").replaceAll(" ", "");
  await tabTo(page, "textbox", "Code that the app shows now");
  await page.keyboard.type(totp(secret));
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("From now on the code is asked for")).toBeVisible();
  await signOut(page);
  await signInHere(page, account);
  await expect(page.getByLabel("Code of your authenticator")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Account, password or code is wrong");
  // A code is good once: the one that set the authenticator is used up, the next one is taken early.
  await write(page.getByLabel("Code of your authenticator"), totp(secret, 1));
  await page.keyboard.press("Enter");
  await follow(page, "My cases");
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
});
