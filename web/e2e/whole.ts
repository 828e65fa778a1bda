/** Scenarios in an office in which every kind of work waits: an examination, small cases at every point of their course, and a petition that failed. */
import { CASE, examined, lookUp, makeSmallCases, serve, SMALL, type Office } from "./office";
import { fail, openRoom, TODAY, underOwnLaw } from "./room-office";
import { test as base } from "./test";

/** The petition whose proponents examine it, on days on which a room may be open. */
export const FAILED = "failed";

type Line = { section: number; line: number };

async function openWholeOffice(): Promise<Office> {
  const folder = examined("1:2000");
  makeSmallCases(folder);
  const cases: string[] = [CASE, ...SMALL];
  if (TODAY !== null) {
    cases.push(FAILED);
    underOwnLaw(folder, "failed.json");
    lookUp(folder, FAILED, "failed.json");
    fail(folder, FAILED);
  }
  const office = await serve(folder, cases, "--public", "public");
  await work(office);
  if (TODAY !== null) await challenge(office);
  return office;
}

/** Has something done of each kind, so that no table is empty: findings, a duplicate, a known answer, an act, sections to be keyed. */
async function work(office: Office): Promise<void> {
  const reviewer = await office.person("worked", { [CASE]: ["reviewer"] });
  const batch = `/cases/${CASE}/batches/worked`;
  const { lines } = await reviewer.must<{ lines: Line[] }>("PUT", batch, { stage: "review", size: 4 });
  const address = ({ section, line }: Line) => `${batch}/lines/${section}/${line}`;
  const sheet = await reviewer.must<{ candidates: { voter: { voter: string } }[] }>("GET", address(lines[0] as Line));
  for (const [index, line] of lines.entries()) {
    const twice = { disposition: "valid", voter: sheet.candidates[0]?.voter.voter, note: "the same hand" };
    await reviewer.must("PUT", `${address(line)}/finding`, index < 2 ? twice : { disposition: "invalid", reason: "illegible" });
  }
  await reviewer.must("PUT", `${batch}/closed`);

  const supervisor = await office.person("prepared", { [CASE]: ["supervisor"], keyed: ["intake"] });
  const policy = { contact_sheet_from: 900_000, least_look: 150, known_answers: 0, second_looks: 0 };
  await supervisor.must("PUT", `/cases/${CASE}/policy`, { policy, because: "likely lines at a glance" });
  const known = { answer: { disposition: "invalid", reason: "illegible" }, because: "two supervisors looked at it together" };
  await supervisor.must("PUT", `/cases/${CASE}/known-answers/${lines[2]?.section}/${lines[2]?.line}`, known);
  const act = { what: "void_section", section: 2, ground: "section_fatal" };
  await supervisor.must("PUT", `/cases/${CASE}/acts/11111111-1111-4111-8111-111111111111`, { act, because: "the declaration is not signed" });
  // Each is keyed by two people, and whoever looks at the keying takes one in hand.
  for (const section of [1, 2, 3, 4, 5]) await supervisor.must("PUT", `/cases/keyed/sections/${section}`, { declared: {}, lines: [{ line: 1, page: 1 }] });
}

/** Opens the room to somebody, who challenges a line. */
async function challenge(office: Office): Promise<void> {
  const examiner = await office.person("named", { [FAILED]: ["examiner"] });
  await openRoom(await office.person("opens", { [FAILED]: ["registrar"] }), ["named"], undefined, FAILED);
  const { items } = await examiner.must<{ items: Line[] }>("GET", `/cases/${FAILED}/room/lines?limit=5`);
  const { section, line } = items[0] as Line;
  await examiner.must("PUT", `/cases/${FAILED}/room/challenges/22222222-2222-4222-8222-222222222222`, { section, line, grounds: "The signature is that of the affidavit." });
}

export const test = base.extend<object, object>({
  office: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await openWholeOffice();
      await use(office);
      await office.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});
