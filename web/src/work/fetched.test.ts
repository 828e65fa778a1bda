import { expect, it } from "vitest";
import { Shelf, type Wanted } from "./fetched";

/** Something that is asked for, and answers as it is told. */
function thing(key: string) {
  const answers: { give: (it: string | null) => void; fail: () => void }[] = [];
  const wanted: Wanted<string> = { key, ask: () => new Promise((give, fail) => answers.push({ give, fail: () => fail(new Error("no")) })) };
  return { wanted, answers };
}
const settle = () => new Promise((done) => setTimeout(done));
const here = (it: string) => ({ is: "here", it });

it("fetches a thing once, and has it at once from then on", async () => {
  const shelf = new Shelf<string>();
  const { wanted, answers } = thing("a");
  expect(shelf.at("a")).toEqual({ is: "coming" });
  const first = shelf.want(wanted);
  void shelf.want(wanted);
  expect(answers.length).toBe(1);
  answers[0]?.give("picture");
  expect(await first).toEqual(here("picture"));
  expect(shelf.at("a")).toEqual(here("picture"));
  expect(await shelf.want(wanted)).toEqual(here("picture"));
  expect(answers.length).toBe(1);
});

it("keeps apart what is not there from what failed, and tries only this again", async () => {
  const shelf = new Shelf<string>();
  const [gone, broken] = [thing("gone"), thing("broken")];
  void shelf.want(gone.wanted);
  void shelf.want(broken.wanted);
  gone.answers[0]?.give(null);
  broken.answers[0]?.fail();
  await settle();
  expect([shelf.at("gone"), shelf.at("broken")]).toEqual([{ is: "none" }, { is: "failed" }]);
  expect(shelf.failed(() => true)).toBe(1);
  shelf.retry();
  expect(shelf.at("broken")).toEqual({ is: "coming" });
  broken.answers[1]?.give("picture");
  await settle();
  expect(gone.answers.length).toBe(1);
  expect(shelf.at("broken")).toEqual(here("picture"));
});

it("tries what failed again when it is wanted again", async () => {
  const shelf = new Shelf<string>();
  const { wanted, answers } = thing("a");
  void shelf.want(wanted);
  answers[0]?.fail();
  await settle();
  void shelf.want(wanted);
  expect(answers.length).toBe(2);
});

it("lets go of what is forgotten, and of what comes afterwards", async () => {
  const gone: string[] = [];
  const shelf = new Shelf<string>((it) => gone.push(it));
  const [one, two, three] = [thing("b1/one"), thing("b1/two"), thing("b2/three")];
  for (const { wanted } of [one, two, three]) void shelf.want(wanted);
  one.answers[0]?.give("one");
  three.answers[0]?.give("three");
  await settle();
  shelf.forget((key) => key.startsWith("b1/"));
  two.answers[0]?.give("two");
  await settle();
  expect(gone).toEqual(["one", "two"]);
  expect(shelf.at("b1/one")).toEqual({ is: "coming" });
  expect(shelf.at("b2/three")).toEqual(here("three"));
});
