import { describe, expect, it } from "vitest";
import { placesOf } from "./road";

const result = (stands: boolean) => ({ stands }) as NonNullable<Parameters<typeof placesOf>[0]["result"]>;
const places = (...given: Parameters<typeof placesOf>) => placesOf(...given).map(([, place]) => place);

describe("the way of a petition", () => {
  it("goes from filing through counting and examining to a published record", () => {
    expect(places({ phase: "receiving" })).toEqual(["done", "now", "to_come", "to_come", "to_come"]);
    expect(places({ phase: "examining", raw_count: 7 })).toEqual(["done", "done", "now", "to_come", "to_come"]);
    expect(places({ phase: "certified", raw_count: 7 })).toEqual(["done", "done", "done", "done", "now"]);
    expect(places({ phase: "certified", raw_count: 7, result: result(true) })).toEqual(["done", "done", "done", "done", "done"]);
  });

  it("is open again where the certificate does not stand", () => {
    expect(places({ phase: "examining", raw_count: 7, result: result(false) })).toEqual(["done", "done", "now", "to_come", "to_come"]);
    expect(places({ phase: "certified", raw_count: 7, result: result(false) }).at(-1)).toBe("now");
  });

  it("ends with the count where the filing is not accepted", () => {
    expect(places({ phase: "not_accepted", raw_count: 7 })).toEqual(["done", "done"]);
  });
});
