/** The clock of a case that is under way: what was done, what a day must bring, and when it will be done. */
import type { Page } from "@playwright/test";
import { follow, press } from "./keys";
import { CASE, type Office } from "./office";
import { DECIDED, openPacedOffice, workedDays } from "./paced-office";
import { expect, expectAccessible, newPerson, signIn, test as base } from "./test";

const test = base.extend<object, { office: Office }>({
  office: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await openPacedOffice();
      await use(office);
      await office.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

interface Clock {
  deadlines: { date: string }[];
  days_left: number;
  lines_left: number;
  lines_a_day: number;
  forecast: { likely: string; earliest: string; latest: string; percent: number; days_seen: number };
  staff?: { people_needed: number };
}

const shown = (day: string) => new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
const figure = (page: Page, name: string) => page.locator(".clock-figures > div").filter({ hasText: name }).getByRole("definition");

test("A supervisor sees when the lines will be decided, and the way there", async ({ page, office }) => {
  const supervisor = await newPerson(office, "supervisor");
  const clock = await supervisor.api.must<Clock>("GET", `/cases/${CASE}/clock`);
  await signIn(page, supervisor.account);
  await follow(page, /^Recall of/);
  const card = page.locator("section.card", { has: page.getByRole("heading", { name: "The clock" }) });
  const [last] = clock.deadlines;
  await expect(card.getByText(`Last day: ${shown(last?.date ?? "")}`)).toBeVisible();
  await expect(figure(page, "Working days left")).toHaveText(String(clock.days_left));
  await expect(figure(page, "Lines left")).toHaveText(String(clock.lines_left));
  await expect(figure(page, "Lines a day to be in time")).toHaveText(String(clock.lines_a_day));
  const { likely, earliest, latest, percent, days_seen: seen } = clock.forecast;
  expect([percent, seen]).toEqual([80, DECIDED.length]);
  await expect(card.getByText(`At this pace done on ${shown(likely)}.`)).toBeVisible();
  await expect(card.getByText(`In 80 of a hundred such cases between ${shown(earliest)} and ${shown(latest)}.`)).toBeVisible();
  await expect(card.getByText("It rests on 4 whole working days")).toBeVisible();
  await expect(card.getByText(/looks an hour for each person; \d+ (person is|people are) needed at 8 hours a day/)).toBeVisible();

  // The picture: what was left evening after evening, the way to be in time, and where it will end.
  const picture = card.getByRole("img", { name: "Lines left by day, the way to be in time, and the forecast" });
  await expect(picture).toBeVisible();
  for (const line of ["left", "needed", "forecast", "band"]) await expect(picture.locator(`path.${line}`)).toHaveCount(1);
  await expect(card.locator("figcaption")).toHaveText("LeftTo be in timeForecast");
  // It goes down, as lines are decided.
  const heights = await picture.locator("path.left").evaluate((path) => [...(path.getAttribute("d") ?? "").matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y)));
  // The evening before the first of these days, their own evenings, and now.
  expect(heights.length).toBe(DECIDED.length + 2);
  expect(heights.toSorted((a, b) => a - b)).toEqual(heights);
  await expectAccessible(page);

  // The same in figures, for whoever sees no picture.
  await press(card.getByText("Day by day"));
  const rows = card.getByRole("table").getByRole("row");
  for (const [index, day] of workedDays().toReversed().entries()) {
    const row = rows.filter({ hasText: shown(day) });
    await expect(row.getByRole("cell").first(), day).toHaveText(String(DECIDED.toReversed()[index]));
  }
  await press(card.getByText("How it was computed").first());
  await expect(card.locator(".derivation").first()).toContainText(/business days/);
  await expectAccessible(page);
});

test("An observer sees the forecast, and no figures of people", async ({ page, office }) => {
  const observer = await newPerson(office, "observer");
  const clock = await observer.api.must<Clock>("GET", `/cases/${CASE}/clock`);
  expect(clock.staff).toBeUndefined();
  await signIn(page, observer.account);
  await follow(page, /^Recall of/);
  await expect(page.getByText(`At this pace done on ${shown(clock.forecast.likely)}.`)).toBeVisible();
  await expect(page.getByText("for each person")).toHaveCount(0);
  await press(page.getByText("Day by day"));
  await expect(page.getByRole("columnheader", { name: "Decided" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: /People|Hours/ })).toHaveCount(0);
  await expectAccessible(page);
});
