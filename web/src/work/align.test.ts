import { describe, expect, it } from "vitest";
import { align, alignName, differences, type Alignment } from "./align";

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
});
