import { describe, expect, it } from "vitest";
import { type Admission, firstAdmission, nextAdmission, type Priority } from "./admission.js";

interface Asked {
  priority: Priority;
  runs: number;
  /** When it comes. */
  from: number;
}

/** A queue that is first come, first served, and trainers that take one run each for as long as one takes; when each search has ended. */
function simulate(trainers: number, searches: Asked[]): number[] {
  const queue: number[] = [];
  const left = searches.map(({ runs }) => runs);
  const done = searches.map(() => 0);
  const ends = searches.map(() => Number.NaN);
  const admissions: (Admission | undefined)[] = searches.map(() => undefined);
  for (let time = 0; ends.some(Number.isNaN); time++) {
    searches.forEach(({ priority, from }, i) => {
      if (time < from) return;
      const waiting = queue.filter((search) => search === i).length;
      const before = admissions[i];
      const now = before ? nextAdmission(before, priority, waiting) : firstAdmission(priority);
      admissions[i] = now;
      for (let more = Math.min(left[i] as number, now.window - waiting); more > 0; more--) {
        left[i] = (left[i] as number) - 1;
        queue.push(i);
      }
    });
    for (const search of queue.splice(0, trainers)) {
      done[search] = (done[search] as number) + 1;
      if (done[search] === searches[search]?.runs) ends[search] = time;
    }
  }
  return ends;
}

describe("runs that wait for trainers", () => {
  it("leave a small search that comes later its turn beside a large one", () => {
    const [large, small] = simulate(2, [
      { priority: "normal", runs: 400, from: 0 },
      { priority: "normal", runs: 10, from: 20 },
    ]);
    expect(small).toBeLessThan(20 + 16);
    expect(large).toBe(204);
  });

  it("are taken in the ratio of the priorities, and the least is never left without any", () => {
    const runs = 4000;
    const ends = simulate(
      4,
      [
        { priority: "low", runs: runs / 13, from: 0 },
        { priority: "normal", runs: (3 * runs) / 13, from: 0 },
        { priority: "high", runs: (9 * runs) / 13, from: 0 },
      ].map((asked) => ({ ...asked, runs: Math.round(asked.runs) })) as Asked[],
    );
    // Each has asked for what its share is of the whole, so all end together.
    for (const end of ends) expect(end / (runs / 4)).toBeGreaterThan(0.9);
    const [low = 0, high = 0] = simulate(1, [
      { priority: "low", runs: 5, from: 10 },
      { priority: "high", runs: 500, from: 0 },
    ]);
    expect(low).toBeLessThan(10 + 6 * 10);
    expect(high).toBeLessThanOrEqual(505);
  });

  it("are as many as trainers that are free, after a few looks, where no other search waits", () => {
    const [end = 0] = simulate(100, [{ priority: "low", runs: 2000, from: 0 }]);
    // 1 + 2 + 4 + … + 64 in seven looks, and nearly 100 at each look from then on.
    expect(end).toBeLessThan(7 + 20 / 0.8);
  });

  it("are a share again once others come", () => {
    let admission = firstAdmission("normal");
    for (let look = 0; look < 5; look++) admission = nextAdmission(admission, "normal", 0);
    expect(admission.window).toBe(96);
    // Long before the first of those that wait has begun.
    for (let look = 0; look < 5; look++) admission = nextAdmission(admission, "normal", 96);
    expect(admission.window).toBe(3);
    expect(nextAdmission(admission, "normal", 3).window).toBe(3);
  });
});
