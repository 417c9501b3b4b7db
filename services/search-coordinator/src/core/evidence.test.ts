import { describe, expect, it } from "vitest";
import { countable, type EarlierRun, keptRatios, standingRows, trialOf, trialOfEvidence } from "./evidence.js";
import { domainOrigins } from "./expressed.js";
import { searchedDomains } from "./rounds.js";
import type { SearchRun, SearchState } from "./state.js";

const TARGETS = [{ name: "a", weight: 1, role: "objective" as const, maxRegression: 0 }];
const DOMAINS = [100, 100, 100].map((tokens, j) => ({ id: `d0${j}`, label: "", tokens }));
/** The first two domains as they were, and a new one. */
const SHARED = [
  [100, 0, 0, 0],
  [0, 100, 0, 0],
  [0, 0, 100, 0],
];
const earlier = (runId: string, mixture: number[], a?: number): EarlierRun => ({
  runId,
  mixture,
  values: a === undefined ? {} : { a },
});
const row = (runId: string, mixture: number[], a: number) => ({ runId, mixture, values: { a }, distance: 0 });
const run = (mixture: number[], a: number, seed = 1, role: SearchRun["role"] = "explore"): SearchRun => ({
  runId: `${mixture} ${seed}`,
  role,
  origin: "",
  mixture,
  seed,
  round: 1,
  outcome: {
    state: "succeeded",
    tasks: [{ target: "a", bitsPerByte: a }],
    seconds: 1,
    tokens: 1,
    bytes: 0,
    parameters: 1,
    groupWeights: [],
    failure: "",
  },
});
const ROWS = [row("r1", [0.5, 0.5, 0], 2), row("r2", [0.2, 0.8, 0], 1.9)];
const state = (runs: SearchRun[], rows = ROWS) =>
  ({
    targets: TARGETS,
    runs,
    domains: DOMAINS,
    minimumDomainTokens: 10,
    evidence: { rows, trialRunId: "r2", keptRatios: [], keptAtZero: [] },
  }) as unknown as SearchState;
/** Two mixtures with two seeds each, between which results differ by 0.01. */
const NOISE = [run([1, 0, 0], 2, 2), run([1, 0, 0], 2.01, 3), run([0, 1, 0], 2, 2), run([0, 1, 0], 2.01, 3)];

describe("runs of an earlier search", () => {
  const where = { targets: TARGETS, domains: DOMAINS, minimumDomainTokens: 10 };

  it("can count where their mixtures are mixtures here, and the others are counted by why they cannot", () => {
    const gone = SHARED.map((tokens, o) => (o === 0 ? [0, 0, 0, 100] : tokens));
    const runs = [
      earlier("r1", [0, 1], 2),
      earlier("r2", [0.5, 0.5], 2),
      earlier("r3", [0, 1]),
      earlier("r4", [0.4, 0.6], 2),
    ];
    const { rows, leftOut } = countable(runs, gone, where);
    expect(rows).toEqual([row("r1", [0, 1, 0], 2)]);
    expect(leftOut).toEqual([
      { reason: expect.stringContaining("documents that are gone"), runs: 2 },
      { reason: "not measured on a", runs: 1 },
    ]);
  });

  it("cannot where they need a domain that is too small to train on here", () => {
    const { rows, leftOut } = countable([earlier("r1", [0.5, 0.5], 2)], SHARED, { ...where, minimumDomainTokens: 101 });
    expect(rows).toEqual([]);
    expect(leftOut[0]?.reason).toContain("of d00, which is too small");
  });

  it("are tried by the best of them, one that obeys the constraints if any does", () => {
    expect(trialOf(ROWS, TARGETS, () => true)?.runId).toBe("r2");
    expect(trialOf(ROWS, TARGETS, ([first = 0]) => first > 0.4)?.runId).toBe("r1");
    expect(trialOf(ROWS, TARGETS, () => false)?.runId).toBe("r2");
    expect(trialOf([], TARGETS, () => true)).toBeUndefined();
  });

  it("count once that one has reached here what it had reached, to within the noise, and not before", () => {
    const again = (a: number) => state([...NOISE, run([0.2, 0.8, 0], a)]);
    expect(standingRows(state(NOISE))).toEqual([]);
    expect(trialOfEvidence(again(1.9))).toEqual({ holds: true, before: 1.9, now: 1.9 });
    expect(standingRows(again(1.92))).toEqual(ROWS);
    expect(trialOfEvidence(again(2.0))).toEqual({ holds: false, before: 1.9, now: 2 });
    expect(standingRows(again(2.0))).toEqual([]);
    // Without any noise known nobody can tell.
    expect(standingRows(state([run([0.2, 0.8, 0], 1.9)]))).toEqual([]);
  });
});

describe("ratios of domains that stayed", () => {
  const origins = domainOrigins(SHARED);
  const kept = (answer: number[], own: string[] = [], from = origins) =>
    keptRatios(answer, from, DOMAINS, new Set(own), 10);

  it("are kept as the earlier answer has them, and none is given what had none", () => {
    expect(kept([0.3, 0.7])).toEqual({
      keptRatios: [{ domainIds: ["d00", "d01"], ratios: [0.3, 0.7] }],
      keptAtZero: [],
    });
    expect(kept([0, 1])).toEqual({ keptRatios: [], keptAtZero: ["d00"] });
  });

  it("are the user's where the user has said something about a domain", () => {
    expect(kept([0.3, 0.7], ["d01"])).toEqual({ keptRatios: [], keptAtZero: [] });
  });

  it("are searched where no other domain has changed, for there would be nothing to search", () => {
    const same = domainOrigins([
      [100, 0, 0, 0],
      [0, 100, 0, 0],
      [0, 0, 100, 0],
      [0, 0, 0, 0],
    ]);
    expect(kept([0.3, 0.3, 0.4], [], same)).toEqual({ keptRatios: [], keptAtZero: [] });
  });

  it("make one domain of several where it is counted how many runs they deserve", () => {
    const evidence = { rows: [], trialRunId: "", ...kept([0.3, 0.7]) };
    expect(searchedDomains({ ...state([]), evidence })).toBe(2);
    expect(searchedDomains({ ...state([]), evidence: { ...evidence, ...kept([0, 1]) } })).toBe(2);
    expect(searchedDomains({ ...state([]), evidence: undefined } as SearchState)).toBe(3);
  });
});
