import { JobState } from "@climb/proto/common/v1/job";
import { SearchEvent } from "@climb/proto/search/v1/search_events";
import { RunRole } from "@climb/proto/search/v1/search_service";
import { describe, expect, it } from "vitest";
import { viewOf } from "./view.js";

const events = (...bodies: Parameters<typeof SearchEvent.fromPartial>[0]["event"][]) =>
  bodies.map((event) => SearchEvent.fromPartial({ ...(event && { event }), timeMs: 0n }));
const created = { $case: "created", value: { searchId: "s" } } as const;
const planned = (round: number, ...ids: string[]) =>
  ({ $case: "roundPlanned", value: { round, runs: ids.map((runId) => ({ runId })) } }) as const;
const recorded = (runId: string, state: JobState, seconds: number) =>
  ({ $case: "runRecorded", value: { runId, state, seconds, tokens: 10n } }) as const;
const [SUCCEEDED, FAILED] = [JobState.JOB_STATE_SUCCEEDED, JobState.JOB_STATE_FAILED];

describe("the view of a search", () => {
  it("counts a record for every place in which its run was planned, and only the first record", () => {
    const { search, runs } = viewOf(
      events(created, planned(1, "a", "b"), planned(2, "a"), recorded("a", SUCCEEDED, 3), recorded("a", FAILED, 5)),
    );
    expect(runs.map(({ runId, round, state, seconds }) => [runId, round, state, seconds])).toEqual([
      ["a", 1, SUCCEEDED, 3],
      ["b", 1, JobState.JOB_STATE_PENDING, 0],
      ["a", 2, SUCCEEDED, 3],
    ]);
    expect([search.runsPlanned, search.runsFinished, search.cost?.tokens]).toEqual([3, 2, 20n]);
  });

  it("gives runs that were lost another chance when the search is begun again", () => {
    const lost = events(created, planned(1, "a", "b"), recorded("a", FAILED, 1), { $case: "started", value: {} });
    expect(viewOf(lost).search.runsFailed).toBe(0);
    const again = viewOf([...lost, ...events(recorded("a", SUCCEEDED, 2), recorded("b", FAILED, 1))]).search;
    expect([again.runsFinished, again.runsFailed]).toEqual([1, 1]);
  });

  it("tells the gain of the best run so far, and that of the answer once it is confirmed", () => {
    const begun = { $case: "created", value: { searchId: "s", targets: [{ name: "t", weight: 1 }] } } as const;
    const run = (runId: string, role: RunRole, mixture: number[]) => ({ runId, role, origin: runId, mixture, seed: 1 });
    const plan = {
      $case: "roundPlanned",
      value: {
        round: 1,
        runs: [
          run("proportional", RunRole.RUN_ROLE_BASELINE, [0.5, 0.5]),
          run("other", RunRole.RUN_ROLE_EXPLORE, [0.2, 0.8]),
        ],
      },
    } as const;
    const scored = (runId: string, bitsPerByte: number) =>
      ({ $case: "runRecorded", value: { runId, state: SUCCEEDED, tasks: [{ target: "t", bitsPerByte }] } }) as const;
    const first = events(begun, plan, scored("proportional", 2));
    expect(viewOf(events(begun, plan)).search.gain).toBeUndefined();
    expect(viewOf(first).search.gain?.mean).toBe(0);
    const both = [...first, ...events(scored("other", 1.75))];
    expect(viewOf(both).search.gain).toMatchObject({ mean: 0.25, lower: Number.NaN });
    const difference = { mean: -0.2, lower: -0.3, upper: -0.1, runs: 3 };
    const result = { baselines: [{ name: "proportional", difference }] };
    const decided = [...both, ...events({ $case: "resultDecided", value: { result } })];
    expect(viewOf(decided).search.gain).toEqual({ mean: 0.2, lower: 0.1, upper: 0.3, runs: 3 });
  });
});
