import { JobState } from "@climb/proto/common/v1/job";
import { RunRole } from "@climb/proto/search/v1/search_service";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestSoFar, sparkline } from "./best-so-far.js";
import { lines } from "./output.js";

describe("progress where there is no terminal", () => {
  it("is a line when a stage begins, each quarter and each minute, with its rate and the time left", () => {
    let nowMs = 1000;
    const written: string[] = [];
    const display = lines(
      (line) => written.push(line),
      () => nowMs,
    );
    const at = (ms: number, done: number) => {
      nowMs = ms;
      display.progress("training proxies", done, 100, "runs", "best 2.5000 █▁");
    };
    at(1000, 0);
    at(2000, 1);
    at(61_500, 12);
    at(62_000, 13);
    at(101_000, 25);
    display.settle();
    at(102_000, 100);
    expect(written).toEqual([
      "training proxies: 0 of 100 runs · best 2.5000 █▁",
      "training proxies: 12 of 100 runs · 0.198/s, 8 min left · best 2.5000 █▁",
      "training proxies: 25 of 100 runs · 0.250/s, 5 min left · best 2.5000 █▁",
      "training proxies: 100 of 100 runs · best 2.5000 █▁",
    ]);
  });
});

describe("the best so far", () => {
  const run = (objective: number, role = RunRole.RUN_ROLE_EXPLORE, state = JobState.JOB_STATE_SUCCEEDED) => ({
    objective,
    role,
    state,
  });

  it("never rises, and leaves out runs that failed, are at work, or have other seeds", () => {
    const others = [
      run(0, undefined, JobState.JOB_STATE_RUNNING),
      run(1, RunRole.RUN_ROLE_CONFIRM),
      run(1, RunRole.RUN_ROLE_REPLICATE),
    ];
    expect(bestSoFar([run(3), run(4), ...others, run(2, RunRole.RUN_ROLE_BASELINE), run(5)])).toEqual([3, 3, 2, 2]);
  });

  it("is drawn in at most 24 bars, of which the last is the last value and the highest the greatest", () => {
    expect(sparkline([4, 3, 2.5, 2])).toBe("█▅▃▁");
    expect(sparkline([2, 2])).toBe("▁▁");
    expect(sparkline([])).toBe("");
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 200 }), (values) => {
        const falling = [...values].sort((a, b) => b - a);
        const bars = [...sparkline(falling)];
        expect(bars).toHaveLength(Math.min(24, values.length));
        expect([...bars].sort().reverse()).toEqual(bars);
      }),
    );
  });
});
