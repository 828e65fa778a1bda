import { describe, expect, it } from "vitest";
import { complete, EMPTY, isBegun, marked } from "./texts";

const offer = { address: "103 OAK ST", city: "PASADENA", zip: "91101" };
const differing = (text: string, ...others: string[]) => marked(text, others).map(({ letter, differs }) => (differs ? letter.toUpperCase() : letter.toLowerCase())).join("");

describe("completing an address", () => {
  it("adds what is missing and leaves what was typed as it is", () => {
    expect(complete({ ...EMPTY, address: "103 oa" }, offer)).toEqual({ ...EMPTY, address: "103 oaK ST", city: "PASADENA", zip: "91101" });
  });

  it("changes neither an address that is written otherwise nor fields that are not empty", () => {
    const typed = { ...EMPTY, address: "103 Oak Street", city: "Pasadna" };
    expect(complete(typed, offer)).toEqual({ ...typed, zip: "91101" });
  });

  it("is asked for once a number and the beginning of a street stand there", () => {
    expect(isBegun("103 o")).toBe(true);
    for (const text of ["103", "103 ", "Oak 103", ""]) expect(isBegun(text)).toBe(false);
  });
});

describe("entries that do not agree", () => {
  it("are marked where any other has another letter", () => {
    expect(differing("ana alvarez", "ana alvares")).toBe("ana alvareZ");
    expect(differing("ana alvarez", "ana alvares", "anna alvarez")).toContain("Z");
    expect(differing("anna alvarez", "ana alvarez")).toMatch(/^a(Nn|nN)a alvarez$/);
  });

  it("are marked at the letter before where something is missing", () => {
    expect(differing("ana", "anab")).toBe("anA");
    expect(differing("ana", "ana")).toBe("ana");
  });
});
