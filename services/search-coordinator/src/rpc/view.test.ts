import { JobState } from "@climb/proto/common/v1/job";
import { SearchEvent } from "@climb/proto/search/v1/search_events";
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
});
