import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { taskHere, temporaryDirectory } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { cutIntoJobs } from "../core/cut.js";
import { countRanges, joinCounts } from "./count-statistics.js";

const VOCABULARY = 30;
describe("counts of ranges", () => {
  it("add up to the same bits, however the domains are cut", async () => {
    await using folder = await temporaryDirectory();
    const random = seeded("ranges");
    const domains = [500, 0, 3, 1, 240].map((length) => Uint16Array.from({ length }, () => random.int(VOCABULARY)));
    const all = Array.from({ length: VOCABULARY ** 2 }, (_, key) => key).filter((key) => key % 3 === 0);
    const targets = [
      {
        target: "made up",
        textBytes: 1000,
        first: Uint32Array.from(all, (key) => Math.floor(key / VOCABULARY)),
        second: Uint32Array.from(all, (key) => key % VOCABULARY),
        counts: Float64Array.from(all, () => 1),
        ngrams: Uint32Array.from([...(domains[0] as Uint16Array).slice(30, 56), ...Array(13).fill(0)]),
      },
    ];
    const statisticsOf = async (most: number) => {
      const jobs = cutIntoJobs(
        domains.map(({ length }) => length),
        most,
      );
      const counted = await Promise.all(
        jobs.map(async (ranges, job) => {
          const tokens = ranges.map(({ item, start, length }) => {
            const domain = domains[item] as Uint16Array;
            return {
              tokens: domain.slice(start, start + length),
              before: domain.slice(Math.max(0, start - 12), start),
            };
          });
          const path = join(folder.path, `${most}-${job}`);
          await writeFile(path, countRanges({ targets, vocabulary: VOCABULARY, ranges: tokens }, taskHere));
          return { path, domains: ranges.map(({ item }) => item) };
        }),
      );
      const of = domains.map(({ length }, j) => ({ id: `d${j}`, tokens: length }));
      return joinCounts({ targets, vocabulary: VOCABULARY, domains: of, counted }, taskHere);
    };
    const whole = await statisticsOf(10_000);
    // Two runs were taken from the first domain, the third is nowhere.
    expect(whole.overlaps[0]).toMatchObject({ ngrams: 3n, found: 2n });
    expect(whole.overlaps[0]?.domains[0]).toEqual({ domainId: "d0", found: 2n });
    for (const most of [1, 7, 240, 501]) expect(await statisticsOf(most)).toEqual(whole);
  });
});
