import { expect, it } from "vitest";
import { typedPeople } from "./lines";

it("takes account and name, or makes the account of the name", () => {
  expect(typedPeople("MGarcia, Maria Garcia\n\nJosé Núñez Ortega\nann;Ann Lee")).toEqual([
    { at: 1, account: "mgarcia", name: "Maria Garcia" },
    { at: 3, account: "jortega", name: "José Núñez Ortega" },
    { at: 4, account: "ann", name: "Ann Lee" },
  ]);
});

it("keeps a line without a name, so that it can be told", () => {
  expect(typedPeople("mgarcia,")).toEqual([{ at: 1, account: "mgarcia", name: "" }]);
});
