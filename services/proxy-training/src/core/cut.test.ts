import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutIntoJobs, gatherIntoJobs } from "./cut.js";

const sizes = fc.array(fc.nat(50), { maxLength: 12 });
const limit = fc.integer({ min: 1, max: 60 });

describe("jobs", () => {
  it("have each unit of each item once, in order, and are full but for the last", () => {
    fc.assert(
      fc.property(sizes, limit, (given, most) => {
        const jobs = cutIntoJobs(given, most);
        const units = jobs
          .flat()
          .flatMap(({ item, start, length }) => Array.from({ length }, (_, i) => [item, start + i]));
        expect(units).toEqual(given.flatMap((size, item) => Array.from({ length: size }, (_, i) => [item, i])));
        const totals = jobs.map((ranges) => ranges.reduce((sum, { length }) => sum + length, 0));
        expect(totals.slice(0, -1).every((total) => total === most)).toBe(true);
        expect(totals.every((total) => total > 0 && total <= most)).toBe(true);
      }),
    );
  });

  it("of whole items have each item once, in order, and enough of them but for the last", () => {
    fc.assert(
      fc.property(sizes, limit, (given, least) => {
        const jobs = gatherIntoJobs(given, least);
        expect(jobs.flat()).toEqual([...given.keys()]);
        const totals = jobs.map((items) => items.reduce((sum, item) => sum + (given[item] as number), 0));
        expect(totals.slice(0, -1).every((total) => total >= least)).toBe(true);
      }),
    );
  });
});
