/** An observer sees the figures of a case, and nobody’s record: what may be seen, and nothing else, of the screens and of the server. */
import type { Page } from "@playwright/test";
import { follow, press } from "./keys";
import { expect, expectAccessible, newPerson, signIn } from "./test";
import { test } from "./small";

/** What an observer may ask of a case; each may be looked at and none changed. */
const OPEN = ["", "/clock", "/course", "/sample", "/sample/lines", "/sample/files/{file}", "/certificates", "/certificate", "/certificate/pdf", "/keying", "/queues", "/events"];

const links = (page: Page, where: string) => page.getByRole("navigation", { name: where }).getByRole("link");

test("An observer looks at figures, the sample and the certificate", async ({ page, office }) => {
  const [observer, registrar] = [await newPerson(office, "observer", { published: ["observer"] }), await newPerson(office, "registrar", { published: ["registrar"] })];
  await signIn(page, observer.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /^Recall of/ }) });
  await expect(card.getByText("Undecided")).toBeVisible();
  // The case, and no work in it.
  await expect(card.getByRole("link")).toHaveCount(1);
  await expectAccessible(page);

  await follow(page, /^Recall of/);
  await expect(page.getByRole("heading", { name: "Work that waits" })).toBeVisible();
  await expect(links(page, "Main")).toHaveText(["My cases", /^Recall of/, "Case file"]);
  await expect(links(page, "What you can do here")).toHaveText(["Public sample: seal, roll, draw", "Certificates", "Course and clocks of the case"]);
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "The clock" })).toBeVisible();
  // One person alone would be known by the pace of all.
  await expect(page.getByText("for each person")).toHaveCount(0);
  const clock = await observer.api.must<{ staff?: object; days: { people?: number }[] }>("GET", "/cases/published/clock");
  expect([clock.staff, ...clock.days.map(({ people }) => people)].filter((told) => told !== undefined)).toEqual([]);
  await expectAccessible(page);

  await follow(page, "Course and clocks of the case");
  await expect(page.getByRole("heading", { name: "From notice to certificate" })).toBeVisible();
  await expect(links(page, "Case file")).toHaveText(["Course", "Public sample", "Certificate"]);
  const { steps } = await registrar.api.must<{ steps: { person?: string }[] }>("GET", "/cases/published/course");
  const names = new Set(steps.map(({ person }) => person).filter((person) => person !== undefined));
  expect(names.size, "the registrar sees who did it").toBeGreaterThan(0);
  for (const name of names) expect(await page.getByRole("main").textContent()).not.toContain(`by ${name}`);
  await expectAccessible(page);

  await follow(page, "Public sample");
  await expect(page.getByRole("heading", { name: /What the law asks/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Seal the list" })).toHaveCount(0);
  await expectAccessible(page);

  await follow(page, "Certificate");
  const row = page.getByRole("row").nth(1);
  await expect(row).toContainText("Insufficient");
  // The certificate can be looked at, and nothing done with it.
  await expect(page.getByRole("main").getByRole("button")).toHaveText(["Look at the document"]);
  await expect(page.getByRole("heading", { name: "What stands before a certificate" })).toHaveCount(0);
  await expectAccessible(page);
});

test("Nothing else of the office is shown to an observer, on no screen and by no address of the server", async ({ page, office }) => {
  const observer = await newPerson(office, "observer", { published: ["observer"] });
  await signIn(page, observer.account);
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();
  // Addresses that somebody else’s screens have.
  for (const path of ["intake", "intake/keying", "oversight", "oversight/accesses", "oversight/retention", "room", "work/review", "work/exceptions"]) {
    await page.goto(`/cases/published/${path}`);
    await expect(page.getByRole("heading", { name: "There is no such page" }), path).toBeVisible();
  }
  for (const path of ["/people", "/cases/decided"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "There is no such page" }), path).toBeVisible();
  }
  await press(page.getByRole("link", { name: "To my cases" }));
  await expect(page.getByRole("heading", { name: "My cases" })).toBeVisible();

  const { paths } = await office.api.must<{ paths: Record<string, Record<string, object>> }>("GET", "/openapi.json");
  const ofCase = Object.entries(paths).filter(([path]) => path.startsWith("/api/cases/{case}"));
  expect(ofCase.length).toBeGreaterThan(50);
  const shut = ofCase.flatMap(([path, methods]) => {
    const rest = path.replace("/api/cases/{case}", "");
    return Object.keys(methods).filter((method) => method !== "get" || !OPEN.includes(rest)).map((method) => ({ method, rest }));
  });
  for (const { method, rest } of shut) {
    const address = `/cases/published${rest.replace(/\{[^}]+\}/g, "1")}`;
    const { status } = await observer.api.ask(method.toUpperCase(), address, method === "get" ? undefined : {});
    expect(status, `${method} ${rest}`).toBe(403);
  }
});
