import { describe, expect, it } from "vitest";
import { linesOf, probable, readPages } from "./lines";

describe("the lines of a section", () => {
  it("are read in ranges and singly, page by page", () => {
    const read = readPages(["1-3, 5", "6-7"]);
    expect(linesOf(read)).toEqual([
      { page: 1, line: 1 },
      { page: 1, line: 2 },
      { page: 1, line: 3 },
      { page: 1, line: 5 },
      { page: 2, line: 6 },
      { page: 2, line: 7 },
    ]);
  });

  it("rise through all pages", () => {
    expect(readPages(["1-5", "5-9"])[1]).toEqual({ wrong: { what: "not_rising", line: 5 } });
    expect(linesOf(readPages(["2, 1"]))).toBeNull();
  });

  it("are no words, no nought and no range that runs backwards", () => {
    for (const text of ["one", "0", "5-3", "1--2"]) expect(readPages([text])[0]).toEqual({ wrong: { what: "no_line", part: text } });
  });

  it("are a thousand at most", () => {
    expect(linesOf(readPages(["1-1000"]))?.length).toBe(1000);
    expect(readPages(["1-900", "901-1001"])[1]).toEqual({ wrong: { what: "too_many" } });
  });

  it("probably go on as on the page before", () => {
    expect(probable(readPages(["1-10"]))).toBe("11-20");
    expect(probable(readPages(["1-10", "11-19"]))).toBe("20-28");
    expect(probable(readPages([""]))).toBe("");
  });
});
