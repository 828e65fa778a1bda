import { describe, expect, it } from "vitest";
import { abbreviated, align, alignName, differences, type Alignment } from "./align";
import { standsFor } from "./usual";

const rows = (alignment: Alignment) => {
  const row = (side: "written" | "registered") => alignment.map((word) => word.map((column) => column[side] ?? "·").join("")).join(" ");
  return [row("written"), row("registered")];
};

describe("letters laid one under the other", () => {
  it("sees no difference in capitals, accents and commas", () => {
    const alignment = align("José Núñez, 12 Oak St", "JOSE NUNEZ 12 OAK ST");
    expect(differences(alignment)).toBe(0);
  });

  it("sees none in points and hyphens that one side leaves out", () => {
    expect(differences(align("Gladys I. Lopez-Vega", "GLADYS I LOPEZVEGA"))).toBe(0);
    expect(differences(align("12 Oak #4", "12 OAK 4"))).toBe(0);
  });

  it("shows a slip, a letter left out and a word left out at their places", () => {
    expect(rows(align("MARA FLOREZ", "MARIA LUISA FLORES"))).toEqual(["MAR·A ····· FLOREZ", "MARIA LUISA FLORES"]);
  });

  it("counts every place that differs", () => {
    expect(differences(align("MARA FLOREZ", "MARIA FLORES"))).toBe(2);
    expect(differences(align("121 OAK ST", "12 OAK ST"))).toBe(1);
  });

  it("does not lay words under each other that have nothing in common", () => {
    expect(rows(align("SMITH", "GARCIA"))[0]).toMatch(/·/);
  });

  it("keeps every letter of both sides", () => {
    const [written, registered] = ["O'BRIEN SEAN  4 A", "4 OBRIAN ST, APT B"];
    const alignment = align(written, registered);
    const side = (name: "written" | "registered") => alignment.map((word) => word.map((column) => column[name] ?? "").join("")).filter(Boolean);
    expect(side("written").join(" ")).toBe("O'BRIEN SEAN 4 A");
    expect(side("registered").join(" ")).toBe("4 OBRIAN ST APT B");
  });

  it("takes an empty side", () => {
    expect(differences(align("", "OAK"))).toBe(3);
    expect(align("", "")).toEqual([]);
  });

  it("lays a name that is written surname first under the registered one in that order", () => {
    expect(rows(alignName("ROWE, RITA", "RITA M ROWE"))).toEqual(["ROWE RITA ·", "ROWE RITA M"]);
    expect(differences(alignName("De la Cruz, Ana", "ANA DE LA CRUZ"))).toBeLessThan(differences(align("De la Cruz, Ana", "ANA DE LA CRUZ")));
    expect(rows(alignName("Rita Rowe", "RITA ROWE"))).toEqual(["Rita Rowe", "RITA ROWE"]);
  });

  it("marks nothing in abbreviations of an address that mean the same", () => {
    const address = (written: string, registered: string) => align(written, registered, standsFor);
    expect(differences(address("16206 West Sherman Blvd. #201", "16206 W SHERMAN BOULEVARD APT 201"))).toBe(0);
    expect(abbreviated(address("12 Oak Avenue", "12 OAK AVE"))).toBe(true);
    expect(abbreviated(address("12 Oak Ave", "12 OAK AVE"))).toBe(false);
    // Two words that no table knows are no spellings of one.
    expect(differences(address("12 Oak St", "12 ELM ST"))).toBe(6);
    // Another type of street is another street.
    expect(differences(address("12 Oak St", "12 OAK AVE"))).toBeGreaterThan(0);
    expect(differences(address("12 E Oak St", "12 W OAK ST"))).toBe(2);
    expect(rows(address("2210 Oak #4", "2210 OAK ST APT 4"))).toEqual(["2210 Oak ·· #·· 4", "2210 OAK ST APT 4"]);
    expect(rows(address("Bello Street", "BELLO ST"))).toEqual(["Bello Street", "BELLO ST····"]);
  });

  it("lays an initial under the name that it may stand for", () => {
    const alignment = align("Patrick P. Jones", "PATRICK PAUL JONES");
    expect(rows(alignment)[0]).toMatch(/^Patrick P(\.···|·+\.) Jones$/);
    expect(differences(alignment)).toBe(3);
    // The point stands under nothing.
    expect(alignment.flat().find(({ written }) => written === ".")?.registered).toBeNull();
  });
});
