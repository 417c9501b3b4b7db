import { describe, expect, it } from "vitest";
import type { Decision } from "./decide.js";
import { healthChecks, type Symptoms } from "./health.js";

const estimate = (mean: number) => ({ mean, lower: mean - 0.01, upper: mean + 0.01, runs: 3 });
const against = {
  name: "proportional",
  mixture: [0.5, 0.5],
  objective: estimate(3),
  tasks: [],
  difference: estimate(-0.2),
  probabilityAnswerIsBetter: 0.999,
  taskDifferences: [],
  taskProbabilities: [],
  isAnswer: false,
  penalty: 0,
};
const decision: Decision = {
  mixture: [0.4, 0.6],
  origin: "best measured",
  objective: estimate(2.8),
  tasks: [],
  penalty: 0,
  baselines: [against],
  runnersUp: [],
  noise: { standardDeviation: 0.01, degreesOfFreedom: 6 },
  taskNoise: [],
  warnings: [],
};
const SOUND: Symptoms = {
  targets: [{ name: "a", weight: 1, role: "objective", maxRegression: 0 }],
  decision,
  reference: "proportional",
  fits: [{ task: "a", spearman: 0.9, coverage: 0.9 }],
  explored: Array.from({ length: 12 }, () => ({ run: {} as never, tasks: [], objective: 1 })),
  earlierRuns: 0,
  domains: [
    { id: "d00", weight: 0.4, repetition: 1 },
    { id: "d01", weight: 0.6, repetition: 2 },
  ],
  freeWeights: 2,
  merged: [],
  capped: [],
  maxRepetition: 4,
  tokensPerRun: 1_000_000,
  parameters: 100_000,
  overlaps: [{ target: "a", ngrams: 1000, found: 2, domains: [{ domainId: "d01", found: 2 }] }],
  transfers: [],
  leftOut: undefined,
};
const outcomes = (change: Partial<Symptoms>) =>
  Object.fromEntries(healthChecks({ ...SOUND, ...change }).map(({ name, outcome }) => [name, outcome]));

describe("the health of a search", () => {
  it("is sound but for the transfer to another size, which no search of one size measures", () => {
    expect(outcomes({})).toEqual({
      predictable: "pass",
      "enough-runs": "pass",
      "noise-against-gain": "pass",
      contamination: "pass",
      "extreme-weights": "pass",
      "cap-reached": "pass",
      "proxies-converged": "pass",
      transfer: "warn",
    });
  });

  it("measures the transfer between the sizes of proxy that there are", () => {
    const transfer = { smallerParameters: 1000, parameters: 9000, mixtures: 12, runs: 20 };
    const of = (spearman: number, lower: number) =>
      outcomes({ transfers: [{ ...transfer, spearman, lower, upper: 1 }] }).transfer;
    expect(of(0.9, 0.7)).toBe("pass");
    expect(of(0.7, 0.1)).toBe("warn");
    expect(of(0.2, -0.3)).toBe("fail");
    expect(of(Number.NaN, Number.NaN)).toBe("warn");
    const far = { ...transfer, smallerParameters: 10, spearman: 0, lower: -0.5, upper: 0.5 };
    const [check] = healthChecks({
      ...SOUND,
      transfers: [far, { ...transfer, spearman: 0.9, lower: 0.7, upper: 0.97 }],
    }).filter(({ name }) => name === "transfer");
    expect(check?.sentence).toBe(
      "Proxies of 1,000 and of 9,000 parameters order 12 mixtures with a rank correlation of 0.90 (90 % interval 0.70 to 0.97), good is from 0.6; beyond the larger size nothing was measured.",
    );
  });

  it("fails where the order of mixtures cannot be told, runs are few, or the gain drowns in the noise", () => {
    expect(outcomes({ fits: [{ task: "a", spearman: Number.NaN, coverage: 0.9 }] }).predictable).toBe("fail");
    expect(outcomes({ explored: SOUND.explored.slice(0, 3) })["enough-runs"]).toBe("fail");
    const weak = { ...decision, baselines: [{ ...against, probabilityAnswerIsBetter: 0.6 }] };
    expect(outcomes({ decision: weak })["noise-against-gain"]).toBe("fail");
    expect(outcomes({ tokensPerRun: 10_000 })["proxies-converged"]).toBe("fail");
  });

  it("names the target and the domain where a target was seen in the corpus", () => {
    const overlaps = [
      ...SOUND.overlaps,
      { target: "b", ngrams: 100, found: 40, domains: [{ domainId: "d00", found: 40 }] },
    ];
    const found = healthChecks({ ...SOUND, overlaps }).find(({ name }) => name === "contamination");
    expect(found).toMatchObject({ outcome: "fail", sentence: expect.stringMatching(/^Of b, 40\.00 %.*in d00/) });
  });

  it("tells where averages of components rank mixtures otherwise than training", () => {
    const order = (merged: number[]) =>
      outcomes({ merged: merged.map((value, i) => ({ merged: value, trained: 2 + i / 10 })) })["merged-order"];
    expect(order([3, 3.1, 3.2, 3.3])).toBe("pass");
    expect(order([3.3, 3.2, 3.1, 3])).toBe("fail");
    expect(order([3, 3.1])).toBe("warn");
    expect(order([])).toBeUndefined();
  });

  it("points at domains at their cap and at mixtures that hang on one domain", () => {
    expect(outcomes({ capped: ["d01"] })["cap-reached"]).toBe("warn");
    const domains = ["d00", "d01", "d02"].map((id, j) => ({ id, weight: j === 0 ? 0.9 : 0.05, repetition: 1 }));
    expect(outcomes({ domains })["extreme-weights"]).toBe("warn");
  });
});
