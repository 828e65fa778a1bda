import { expect, it } from "vitest";
import { given } from "./given";

it("parts duties by their places, and shifts by themselves", () => {
  expect(given("duties_set", '{"":["administrator"],"recall":["intake","reviewer"]}')).toEqual({
    duties: [
      { place: "", roles: ["administrator"] },
      { place: "recall", roles: ["intake", "reviewer"] },
    ],
  });
  const shift = { day: "monday", from: "08:00:00", to: "17:00:00" };
  expect(given("shifts_given", JSON.stringify([shift]))).toEqual({ shifts: [shift] });
});

it("tells that everything was taken away", () => {
  expect(given("duties_set", "{}")).toEqual({ duties: [] });
  expect(given("shifts_given", "[]")).toEqual({ shifts: [] });
});

it("tells what it does not know as it is", () => {
  expect(given("locked_out", "")).toEqual({ text: "" });
  expect(given("duties_set", "not JSON")).toEqual({ text: "not JSON" });
  expect(given("slip_made", '{"recall":["reviewer"]}')).toEqual({ text: '{"recall":["reviewer"]}' });
});
