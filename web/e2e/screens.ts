/** The main screens of each kind of user, in whichever language, for scenarios that look at all of them. */
import type { Page } from "@playwright/test";
import type { Messages } from "../src/messages/en";
import { CASE, PASSWORD, type Duties, type Office } from "./office";
import { openRoom, TODAY } from "./room-office";
import { expect, newPerson } from "./test";
import { FAILED } from "./whole";

export interface Screen {
  path: string;
  /** What stands on it once it is there. */
  shows: string;
  /** What is done there before that. */
  begin?: (page: Page) => Promise<void>;
}

interface Kind {
  /** What they have to do with the office; nothing, for those who only look at it from outside. */
  duties: Duties | null;
  screens: (words: Messages, account: string) => Screen[];
}

const of = (role: string, ...cases: string[]): Duties => Object.fromEntries(cases.map((name) => [name, [role]]));

/** Presses a button, once it does something. */
const button = (name: string) => async (page: Page) => {
  const one = page.getByRole("button", { name }).first();
  await expect(one).toBeEnabled();
  await one.press("Enter");
};

/** Goes to a line beside which there is a voter. */
const lineWithVoter = (words: Messages) => async (page: Page) => {
  await button(words.roomLines.first)(page);
  await page.getByRole("button", { name: words.dispositions.different_address }).first().press("Enter");
};

const EXAMINED = TODAY === null ? [] : [FAILED];

export const KINDS: Record<string, Kind> = {
  "a citizen": {
    duties: null,
    screens: (words) => [
      { path: "/public", shows: words.public.text },
      { path: "/public/counted", shows: words.public.examining },
      { path: "/public/published", shows: words.public.checkText },
      { path: "/", shows: words.signIn.slip },
      { path: "/enrol", shows: words.enrol.text },
    ],
  },
  "a reviewer": {
    duties: of("reviewer", CASE),
    screens: (words) => [
      { path: "/", shows: words.stageTasks.review },
      { path: `/cases/${CASE}`, shows: words.standing.queues },
      { path: `/cases/${CASE}/work/review`, shows: words.work.proposalNote },
      { path: `/cases/${CASE}/work/contact_sheet`, shows: words.sheet.text },
      { path: `/cases/${CASE}/work/blind_review`, shows: words.work.noneText },
      { path: "/account", shows: words.authenticator.text },
    ],
  },
  "a supervisor": {
    duties: of("supervisor", CASE, "keyed", ...EXAMINED),
    screens: (words) => [
      { path: `/cases/${CASE}`, shows: words.clock.title },
      { path: `/cases/${CASE}/oversight`, shows: words.oversight.kappaHelp },
      { path: `/cases/${CASE}/oversight/known-answers`, shows: words.known.retire },
      { path: `/cases/${CASE}/oversight/duplicates`, shows: words.oversight.computed.duplicate },
      { path: `/cases/${CASE}/oversight/lines/1/1`, shows: words.lineLookUp.stands },
      { path: `/cases/${CASE}/oversight/acts`, shows: words.acts.speaksOf },
      { path: `/cases/${CASE}/oversight/accesses`, shows: words.accesses.whys["candidate of a line in hand"] },
      { path: `/cases/${CASE}/oversight/retention`, shows: words.retention.holdsText },
      { path: "/cases/keyed/intake/conflicts", shows: words.conflicts.text },
      ...EXAMINED.flatMap((name) => [
        { path: `/cases/${name}/room`, shows: words.roomClock.derivation },
        { path: `/cases/${name}/room/challenges`, shows: words.challenge.states.raised },
        { path: `/cases/${name}/room/costs`, shows: words.roomCosts.entryText },
      ]),
    ],
  },
  "an administrator": {
    duties: of("administrator", ""),
    screens: (words, account) => [
      { path: "/", shows: words.cases.none },
      { path: "/people", shows: words.people.enrolled },
      { path: "/people/add", shows: words.addPeople.help },
      { path: `/people/account/${account}`, shows: words.shifts.text },
      { path: "/people/slips", shows: words.slips.none },
      { path: "/people/events", shows: words.officeEvents.whats.duties_set },
      { path: "/no/such/page", shows: words.notFound.text },
    ],
  },
  "an intake clerk": {
    duties: of("intake", "empty", "keyed", "decided"),
    screens: (words) => [
      { path: "/cases/decided", shows: words.doors.receive },
      { path: "/cases/decided/intake", shows: words.intake.executedOn },
      { path: "/cases/decided/intake/sections/1", shows: words.intake.declaration },
      { path: "/cases/empty/intake/receive", shows: words.receive.text },
      { path: "/cases/empty/intake/count", shows: words.count.text },
      { path: "/cases/decided/intake/count", shows: words.count.primaFacie },
      { path: "/cases/keyed/intake/keying", shows: words.keying.text },
      { path: "/cases/keyed/intake/keying", shows: words.keying.keys, begin: button(words.keying.take) },
    ],
  },
  "a registrar": {
    duties: of("registrar", "counted", "decided", "published", ...EXAMINED),
    screens: (words) => [
      { path: "/cases/published/registrar", shows: words.course.pack },
      { path: "/cases/counted/registrar/lookup", shows: words.lookup.text },
      { path: "/cases/decided/registrar/sample", shows: words.draw.sealText },
      { path: "/cases/decided/registrar/certificate", shows: words.certify.invariants["nothing-vanishes"] },
      { path: "/cases/published/registrar/certificate", shows: words.certify.reopen },
      { path: "/cases/decided/oversight/retention", shows: words.retention.placeHold },
      ...EXAMINED.map((name) => ({ path: `/cases/${name}/room/opening`, shows: words.opening.noticeHelp })),
    ],
  },
  "an examiner for the proponents": {
    duties: of("examiner", ...EXAMINED),
    screens: (words) =>
      EXAMINED.flatMap((name) => [
        { path: "/", shows: words.room.text },
        { path: `/cases/${name}/room`, shows: words.roomClock.examine },
        { path: `/cases/${name}/room/lines`, shows: words.roomLines.chooseText },
        { path: `/cases/${name}/room/lines`, shows: words.roomLines.maskedRest, begin: lineWithVoter(words) },
        { path: `/cases/${name}/room/mine`, shows: words.challenge.states.raised },
        { path: `/cases/${name}/room/costs`, shows: words.roomCosts.title },
      ]),
  },
  "an observer": {
    duties: of("observer", "published"),
    screens: (words) => [
      { path: "/", shows: words.standing.undecided },
      { path: "/cases/published", shows: words.standing.queues },
      { path: "/cases/published/registrar/sample", shows: words.draw.steps.law },
    ],
  },
};

/** Signs in, on the page for that in the language of these words. */
async function come(page: Page, words: Messages, account: string): Promise<void> {
  await page.goto("/");
  await expect(page.getByLabel(words.signIn.account, { exact: true })).toBeFocused();
  await page.keyboard.type(account);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: words.cases.title })).toBeVisible();
}

/** Goes to every screen of one kind of user, and has it looked at once it is there. */
export async function tour(page: Page, office: Office, words: Messages, kind: Kind, look: (what: string) => Promise<void>): Promise<void> {
  const { duties, screens } = kind;
  let account = "";
  if (duties !== null) {
    const role = Object.values(duties)[0]?.[0] ?? "";
    ({ account } = await newPerson(office, role, duties));
    if (role === "examiner") await openRoom((await newPerson(office, "registrar", { [FAILED]: ["registrar"] })).api, [account], undefined, FAILED);
    await come(page, words, account);
  }
  for (const { path, shows, begin } of screens(words, account)) {
    await page.goto(path);
    if (begin !== undefined) await begin(page);
    await expect(page.getByText(shows).first(), path).toBeVisible();
    // What comes a moment later belongs to the screen as well.
    await expect(page.locator(".spinner")).toHaveCount(0);
    await look(path);
  }
}
