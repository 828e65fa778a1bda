/** Pictures of signing in by the office’s single sign-on: web/evidence/sign-on/index.html. */
import { CASE } from "./office";
import { LOOKS, PHONE, pictures } from "./pictures";
import { test } from "./sign-on-office";
import { expect, newPerson, signIn } from "./test";

test("single sign-on, in a picture @evidence", async ({ page, browser, office }) => {
  test.setTimeout(300_000);
  const { show, report, shots } = pictures("sign-on", [...LOOKS, ...PHONE]);
  const administrator = await newPerson(office, "administrator", { "": ["administrator"] });
  await administrator.api.must("POST", "/people", { account: "ana", name: "Ana Alvarez", duties: { [CASE]: ["intake"] }, sign_on: true });
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Sign in with County sign-on" })).toBeVisible();
  await show(page, "Signing in, where there is a single sign-on");
  await page.goto("/signed-on?code=another&state=another");
  await expect(page.getByRole("alert")).toContainText("nobody began it in this browser");
  await show(page, "An address that nobody began with");
  await signIn(page, administrator.account);
  await expect(page.getByRole("button", { name: /^My account/ })).toBeVisible();
  await page.goto("/people/add");
  await page.getByLabel("People, one a line").fill("mgarcia, Maria Garcia");
  await page.getByRole("checkbox", { name: /County sign-on/ }).check();
  await show(page, "People are added who sign in with it");
  await page.goto("/people/account/ana");
  await expect(page.getByText("Waits for whoever comes first with its name")).toBeVisible();
  await show(page, "An account that waits for its owner");

  // In a browser of her own, since the provider's page is another origin.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: office.url, locale: "en-US" });
  const ana = await context.newPage();
  const come = async (name: string) => {
    await ana.goto("/");
    await ana.getByRole("button", { name: "Sign in with County sign-on" }).click();
    await ana.getByLabel("Name").fill(name);
    await ana.keyboard.press("Enter");
  };
  await come("a stranger");
  await expect(ana.getByRole("alert")).toContainText("no account here is yours by it");
  await show(ana, "Somebody whom the office does not know");
  await come("ana");
  await expect(ana.getByRole("heading", { name: "My cases" })).toBeVisible();
  await page.reload();
  await expect(page.getByText("Belongs to one person there")).toBeVisible();
  await show(page, "An account that has its owner");
  await ana.goto(`/cases/${CASE}/intake/receive`);
  await ana.getByLabel("Number of the section").fill("7");
  await ana.getByLabel("Lines with a signature on page 1").fill("1-10");
  await context.clearCookies();
  await ana.getByRole("button", { name: "Take the section in" }).click();
  await expect(ana.getByRole("alertdialog", { name: "Sign in again" })).toBeVisible();
  await show(ana, "A session that ended, where there is a single sign-on");
  const [beside] = await Promise.all([context.waitForEvent("page"), ana.getByRole("button", { name: "Sign in with County sign-on" }).click()]);
  await expect(beside.getByRole("heading", { name: "County sign-on" })).toBeVisible();
  await ana.bringToFront();
  await show(ana, "The provider’s page is open beside the work");
  await context.close();
  report([`${shots.length} screens, each in ${LOOKS.length + PHONE.length} looks`, "On each picture axe found no violation of WCAG 2.2 AA or of its best practices."]);
});
