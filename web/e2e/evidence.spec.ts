/** A page with a picture of every screen, in both themes and at several sizes, for people to look at: web/evidence/index.html. */
import { join } from "node:path";
import { CASE, lapse, PASSWORD, type Api } from "./office";
import { EVIDENCE, LOOKS, pictures } from "./pictures";
import { expect, lineShown, newPerson, openStage, signIn, test } from "./test";

const { shots, show, report } = pictures(EVIDENCE, "The workstation, every screen");

/** Decides lines as a program does, so that there is something to see where the case stands. */
async function decideSome(api: Api): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const batch = `/cases/${CASE}/batches/evidence-${round}`;
    const { lines } = await api.must<{ lines: { section: number; line: number }[] }>("PUT", batch, { stage: "review", size: 50 });
    for (const [index, { section, line }] of lines.entries()) {
      const address = `${batch}/lines/${section}/${line}`;
      const { candidates } = await api.must<{ candidates: { voter: { voter: string } }[] }>("GET", address);
      const voter = candidates[0]?.voter.voter;
      const reasons = ["not_registered", "different_address", "out_of_jurisdiction", "signature_mismatch", "illegible"];
      const reason = reasons[(index * 7) % 13];
      const found = reason === undefined && voter ? { disposition: "valid", voter } : { disposition: "invalid", reason: reason ?? "not_registered", ...(reason === "different_address" || reason === "signature_mismatch" ? { voter } : {}) };
      await api.ask("PUT", `${address}/finding`, found);
    }
    await api.must("PUT", `${batch}/closed`);
  }
}

test("every screen, in a picture @evidence", async ({ page, office, context }) => {
  test.setTimeout(900_000);
  const [first, reviewer, supervisor, keeper, worker] = [
    await newPerson(office, "reviewer"),
    await newPerson(office, "reviewer"),
    await newPerson(office, "supervisor", { [CASE]: ["supervisor", "reviewer"] }),
    await newPerson(office, "keeper", { "": ["administrator"] }),
    await newPerson(office, "worker", { [CASE]: ["observer"] }),
  ];
  await page.goto("/");
  await page.getByLabel("Account").waitFor();
  await show(page, "Signing in");
  await signIn(page, reviewer.account, "not the password at all");
  await expect(page.getByRole("alert")).toBeVisible();
  await show(page, "A wrong password");
  await page.getByRole("link", { name: /slip/ }).click();
  await show(page, "The first password, by a slip");

  await signIn(page, reviewer.account);
  await expect(page.getByText("Undecided")).toBeVisible();
  await openStage(page, "Review");
  await lineShown(page);
  await page.waitForTimeout(800);
  await show(page, "A line like its voter’s record");
  await page.keyboard.press("/");
  await page.keyboard.type("maria gar");
  await expect(page.getByRole("option").first()).toBeVisible();
  await show(page, "Looking for a voter on the roll");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog")).toBeVisible();
  await show(page, "A finding that the roll speaks against");
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await page.keyboard.type("Two voters fit");
  await show(page, "Passing a line on");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await show(page, "The keys");
  await page.keyboard.press("Escape");
  for (const key of ["v", "v", "n", "v"]) {
    await lineShown(page);
    await page.keyboard.press(key);
  }
  await lineShown(page);
  await context.setOffline(true);
  await page.keyboard.press("v");
  await expect(page.getByText(/No connection/)).toBeVisible();
  await show(page, "A lost connection");
  await page.keyboard.press("d");
  await expect(page.getByRole("heading", { name: "This batch so far" })).toBeVisible();
  await show(page, "The list of a batch, in the middle of it");
  await context.setOffline(false);
  await expect(page.getByText("Everything is stored")).toBeVisible({ timeout: 20_000 });
  lapse(office, reviewer.account);
  await page.keyboard.press("d");
  await lineShown(page);
  await page.keyboard.press("v");
  await expect(page.getByRole("heading", { name: /not in your hand/ })).toBeVisible();
  await show(page, "Lines that lapsed");
  await page.keyboard.press("Enter");
  await lineShown(page);
  await show(page, "What was not stored, shown again");
  await reviewer.api.must("PUT", "/session/password", { old: PASSWORD, new: "another four words in a row" });
  await page.keyboard.press("v");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await show(page, "A session that ended in the middle of work");

  await decideSome(first.api);
  await page.context().clearCookies();
  await signIn(page, supervisor.account);
  await expect(page.getByText("Undecided")).toBeVisible();
  await show(page, "My cases");
  await page.goto(`/cases/${CASE}`);
  await expect(page.getByText("Work that waits")).toBeVisible();
  await page.waitForTimeout(500);
  await show(page, "Where the case stands");
  await page.goto(`/cases/${CASE}/work/blind_review`);
  await lineShown(page);
  await show(page, "Another look at a signature");
  await page.goto(`/cases/${CASE}/work/exceptions`);
  await expect(page.getByRole("heading", { name: "No lines wait for you here" })).toBeVisible();
  await show(page, "Nothing waits");
  const policy = { contact_sheet_from: 900_000, least_look: 150, known_answers: 0, second_looks: 0 };
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy, because: "likely lines at a glance" });
  await page.goto(`/cases/${CASE}/work/contact_sheet`);
  await expect(page.getByRole("button", { name: /^Flag/ }).first()).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await page.waitForTimeout(4_000);
  await show(page, "A contact sheet with a flagged pair");
  await supervisor.api.must("PUT", `/cases/${CASE}/policy`, { policy: { ...policy, contact_sheet_from: undefined }, because: "singly again" });
  // Where somebody is far down in the queue, lines are not as the machine thinks.
  await office.person("drain", { [CASE]: ["reviewer"] }).then(async (api) => {
    for (let batch = 0; batch < 3; batch += 1) await api.must("PUT", `/cases/${CASE}/batches/drain-${batch}`, { stage: "review", size: 50 });
  });
  await page.goto(`/cases/${CASE}/work/review`);
  for (let line = 0; line < 6; line += 1) {
    await lineShown(page);
    await show(page, `A line further down, ${line + 1}`);
    await page.keyboard.press("ArrowRight");
  }
  await page.goto(`/cases/${CASE}/oversight`);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await show(page, "Oversight: people and quality");
  await page.goto(`/cases/${CASE}/oversight/duplicates`);
  await expect(page.getByRole("table").first()).toBeVisible();
  await show(page, "Oversight: duplicates");
  await page.goto(`/cases/${CASE}/oversight/acts`);
  await page.getByRole("button", { name: "Propose an act" }).click();
  await page.getByRole("textbox", { name: "Section" }).fill("12");
  await page.getByRole("textbox", { name: "Why" }).fill("The declaration is not signed.");
  await show(page, "Oversight: an act is proposed");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /^Lines it speaks of/ })).toBeVisible();
  await show(page, "Oversight: what an act comes to");
  await page.goto("/no/such/page");
  await show(page, "An address that is none");

  await page.context().clearCookies();
  await signIn(page, keeper.account);
  await expect(page.getByText(/You have no duty/)).toBeVisible();
  await show(page, "An administrator’s first screen");
  await page.goto("/people");
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  await page.getByRole("row").nth(2).getByRole("checkbox").check();
  await show(page, "People");
  await page.goto("/people/add");
  await page.getByLabel("People, one a line").fill("mgarcia, Maria Garcia\njnunez, José Núñez\ntlee, Thanh Lee\nJ. W. Okonkwo-Bell\nrpatel, Ravi Patel");
  await page.getByLabel("Add a case").fill(CASE);
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: /^Reviewer/ }).check();
  await show(page, "Adding people");
  await page.getByRole("button", { name: /^Add 5 people/ }).click();
  await expect(page.getByRole("heading", { name: "Slips" })).toBeVisible();
  await show(page, "Slips");
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.screenshot({ path: join(EVIDENCE, "slips-print.png"), fullPage: true });
  await page.emulateMedia({ media: "screen" });
  await page.goto(`/people/account/${worker.account}`);
  await expect(page.getByRole("heading", { level: 1, name: /^Worker/ })).toBeVisible();
  await show(page, "One account");
  await page.goto("/account");
  await page.getByRole("button", { name: /Set up/ }).click();
  await expect(page.getByRole("img", { name: /Picture/ })).toBeVisible();
  await show(page, "My account, with an authenticator to be set up");
  await page.getByLabel("Language").selectOption("es");
  await page.goto("/");
  await page.context().clearCookies();
  await page.goto("/");
  await page.getByLabel("Cuenta").fill(supervisor.account);
  await page.getByLabel("Contraseña").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Sin decidir")).toBeVisible();
  await page.goto(`/cases/${CASE}/work/review`);
  await expect(page.getByRole("region", { name: "Decidir" })).toBeVisible();
  await show(page, "In Spanish: a line");
  await page.goto(`/cases/${CASE}`);
  await page.waitForTimeout(800);
  await show(page, "In Spanish: where the case stands");
  await keeper.api.must("PUT", `/people/${worker.account}/password-change`);
  await page.context().clearCookies();
  await page.goto("/");
  await page.getByLabel("Cuenta").fill(worker.account);
  await page.getByLabel("Contraseña").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /contraseña nueva/ })).toBeVisible();
  await show(page, "In Spanish: a password that must be changed");
  report([
    `${shots.length} screens, each in ${LOOKS.length} looks`,
    "On each picture axe found no violation of WCAG 2.2 AA or of its best practices; on none did the browser complain or ask another origin.",
  ]);
});
