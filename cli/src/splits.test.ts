import { describe, expect, it } from "vitest";
import { splitsOf } from "./splits.js";

describe("domains to split", () => {
  it("are ids with a number of parts, two unless told", () => {
    expect(splitsOf("d03, d07=3,d01.1")).toEqual([
      { domainId: "d03", into: 2 },
      { domainId: "d07", into: 3 },
      { domainId: "d01.1", into: 2 },
    ]);
  });

  it("are refused with a number that splits nothing", () => {
    for (const wrong of ["", "d03=1", "d03=x", "=2", "d03,,d04"])
      expect(() => splitsOf(wrong)).toThrow("expected a domain");
  });
});
