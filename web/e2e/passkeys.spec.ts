/** People sign in with passkeys, which a device of the browser's own making keeps. All of it from the keyboard. */
import type { Page } from "@playwright/test";
import { openAccount, signInHere, signOut, write } from "./keys";
import { PASSWORD } from "./office";
import { expect, expectAccessible, newPerson, plugIn, signIn, tabTo, test } from "./test";

/** Asks for a passkey, up to the last key. */
async function fillIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await tabTo(page, "button", "Add a passkey");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name of the passkey")).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
}

async function add(page: Page, name: string, password = PASSWORD): Promise<void> {
  await fillIn(page, name, password);
  await page.keyboard.press("Enter");
}

test("A person makes a passkey, signs in with it, and forgets it", async ({ page, office }) => {
  const { account, api } = await newPerson(office, "reviewer");
  await plugIn(page);
  await signIn(page, account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await openAccount(page);
  await add(page, "the blue key", "not the password at all");
  await expect(page.getByRole("alert")).toContainText("Account, password or code is wrong");
  await expectAccessible(page);
  await write(page.getByLabel("Your password, once more"), PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("The passkey “the blue key” is kept.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "the blue key" })).toContainText("not used yet");
  await expectAccessible(page);
  const kept = await api.must<{ name: string; used_at?: number }[]>("GET", "/session/passkeys");
  expect(kept.map(({ name, used_at: used }) => ({ name, used }))).toEqual([{ name: "the blue key", used: undefined }]);
  // One device keeps one passkey of a person.
  await add(page, "the blue key again");
  await expect(page.getByRole("alert")).toContainText("This device has a passkey of yours already.");
  await tabTo(page, "button", "Cancel");
  await page.keyboard.press("Enter");

  await signOut(page);
  await expectAccessible(page);
  await tabTo(page, "button", "Sign in with a passkey");
  await page.keyboard.press("Enter");
  await expect(page.getByText(`Signed in as ${account}`)).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "the blue key" })).toContainText("used last");

  await tabTo(page, "button", "Forget the passkey “the blue key”");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: "the blue key" })).toHaveCount(0);
  expect(await api.must("GET", "/session/passkeys")).toEqual([]);
  // The device still offers it, and the office knows it no more.
  await signOut(page);
  await tabTo(page, "button", "Sign in with a passkey");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("This passkey is not known here");
  await expectAccessible(page);
});

test("Whoever calls the device off signs in by password, and nobody comes to another’s work by a passkey", async ({ page, office }) => {
  const [first, second] = [await newPerson(office, "reviewer"), await newPerson(office, "reviewer")];
  const device = await plugIn(page);
  await signIn(page, first.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  await openAccount(page);
  await add(page, "key");
  await expect(page.getByText("The passkey “key” is kept.")).toBeVisible();
  await signOut(page);
  // A device that does not know its owner.
  await device.cdp.send("WebAuthn.setUserVerified", { authenticatorId: device.id, isUserVerified: false });
  await tabTo(page, "button", "Sign in with a passkey");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("The device did not answer, or it was called off.");
  await device.cdp.send("WebAuthn.setUserVerified", { authenticatorId: device.id, isUserVerified: true });
  await signInHere(page, second.account);
  await expect(page.getByText(`Signed in as ${second.account}`)).toBeVisible();

  // The session of the second person ends while they are at work, and the first one's device is still in the computer.
  await fillIn(page, "mine");
  await second.api.must("PUT", "/session/password", { old: PASSWORD, new: "another four words in a row" });
  await page.keyboard.press("Enter");
  const again = page.getByRole("alertdialog", { name: "Sign in again" });
  await expect(again).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "button", "Sign in with a passkey");
  await page.keyboard.press("Enter");
  await expect(again.getByRole("alert")).toContainText("This is somebody else’s work.");
  await write(again.getByLabel("Password"), "another four words in a row");
  await page.keyboard.press("Enter");
  await expect(again).toBeHidden();
  await openAccount(page);
  await expect(page.getByText(`Signed in as ${second.account}`)).toBeVisible();
});
