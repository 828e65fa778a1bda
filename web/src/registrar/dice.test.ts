import { describe, expect, it } from "vitest";
import { pieces, places, rolledFor, seedOf, type Group } from "./dice";

const rolled = (digits: string, more: Partial<Group> = {}): Group => ({ digits, by: "Ana", right: true, ...more });

describe("the dice", () => {
  it("are rolled four at a time, the last ones as many as are left", () => {
    expect(places(20).length).toBe(5);
    expect(places(20).at(-1)).toEqual({ from: 17, to: 20 });
    expect(places(10).at(-1)).toEqual({ from: 9, to: 10 });
  });

  it("make no seed before every group stands, was rolled by somebody and was read back", () => {
    const all = places(8);
    expect(seedOf([rolled("1234"), rolled("5678")], all)).toBe("12345678");
    expect(seedOf([rolled("1234")], all)).toBeNull();
    expect(seedOf([rolled("1234"), rolled("567")], all)).toBeNull();
    expect(seedOf([rolled("1234"), rolled("567a")], all)).toBeNull();
    expect(seedOf([rolled("1234"), rolled("5678", { by: " " })], all)).toBeNull();
    expect(seedOf([rolled("1234"), rolled("5678", { right: false })], all)).toBeNull();
  });

  it("are kept for the list that they were rolled for, and for no other", () => {
    const all = places(8);
    const fresh = rolledFor("root", all, null);
    expect(fresh.groups).toEqual([0, 1].map(() => ({ digits: "", by: "", right: false })));
    const begun = { ...fresh, groups: [rolled("1234"), rolled("", { right: false })] };
    expect(rolledFor("root", all, begun)).toBe(begun);
    expect(rolledFor("another", all, begun)).toEqual({ ...fresh, root: "another" });
  });

  it("and long numbers are read out in pieces", () => {
    expect(pieces("0a1b2c3d4e")).toEqual(["0a1b", "2c3d", "4e"]);
  });
});
