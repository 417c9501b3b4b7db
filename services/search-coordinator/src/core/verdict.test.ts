import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselines, rawBaselines, referenceBaseline } from "./baselines.js";
import type { Confirmed } from "./confirmed.js";
import { type Choice, decide } from "./decide.js";
import type { SearchDomain, SearchTarget } from "./events.js";
import { klPenalty } from "./penalty.js";
import { type Plan, planFaults } from "./plan.js";
import { measuredNoise, replicateSeeds } from "./replicates.js";
import type { SearchRun } from "./state.js";
import { unimax } from "./unimax.js";
import { verdictOf } from "./verdict.js";

const PLAN: Plan = {
  strategy: "climb",
  rounds: [4],
  openEnded: false,
  autoRounds: false,
  maxRuns: 0,
  maxTokens: 0,
  maxSeconds: 0,
  maxBytes: 0,
  tokensPerRun: 10_000,
  confirmationSeeds: 3,
  confirmedMixtures: 1,
  seed: 1,
  maxRepetition: 4,
  targetTokens: 0,
  bounds: [],
  klStrength: 0,
  fixedGroups: [],
  baselines: [],
  combination: "weighted-mean",
  stopEarly: false,
  reuseSearchId: "",
};
const TARGETS: SearchTarget[] = [
  { name: "science", weight: 1, role: "objective", maxRegression: 0 },
  { name: "code", weight: 1, role: "objective", maxRegression: 0 },
  { name: "safety", weight: 0, role: "guardrail", maxRegression: 0.01 },
];
const domain = (id: string, tokens: number): SearchDomain => ({ id, label: "", tokens });

/** A mixture whose two seeds lie 0.002 apart on every target. */
const confirmed = (origin: string, science: number, code: number, safety: number): Confirmed => ({
  origin,
  mixture: [science / 10, 1 - science / 10],
  objectives: [(science + code) / 2 - 0.001, (science + code) / 2 + 0.001],
  tasks: [science, code, safety].map((value) => [value - 0.001, value + 0.001]),
});
const decided = (candidates: Confirmed[], extra: Partial<Choice> = {}) =>
  decide({
    targets: TARGETS,
    candidates,
    baselines: [confirmed("proportional", 3, 3, 3)],
    reference: "proportional",
    allowed: () => true,
    penalty: () => 0,
    combination: "weighted-mean",
    guarded: true,
    ...extra,
  });

describe("the verdict", () => {
  it("names every target that got worse and by how much, however good the mean is", () => {
    const decision = decided([confirmed("best measured", 2, 3.2, 3)]);
    const verdict = verdictOf(TARGETS, decision, "proportional");
    expect(verdict.targetsWorse).toBe(1);
    expect(verdict.sentences[0]).toContain("0.4000");
    expect(verdict.sentences[1]).toMatch(/^1 of 3 targets got worse: code by 0\.2000 \[0\.19/);
    expect(verdict.targets.map(({ difference }) => Math.sign(difference.mean))).toEqual([-1, 1, 0]);
    expect(verdict.targets[1]?.probabilityBetter).toBeLessThan(0.001);
  });

  it("passes over a mixture that breaks a guardrail, says so, and takes one that keeps it", () => {
    const best = confirmed("best measured", 2, 2, 3.05);
    const second = confirmed("predicted", 2.5, 2.5, 3.005);
    const decision = decided([best, second]);
    expect(decision.origin).toBe("predicted");
    expect(decision.warnings[0]).toContain('"best measured" breaks the guardrail "safety": it is worse by 0.0500');
    const verdict = verdictOf(TARGETS, decision, "proportional");
    expect(verdict.guardrailsBroken).toBe(0);
    expect(verdict.sentences.at(-1)).toContain("Guardrail safety: 0.0050");
    expect(decided([best]).origin).toBe("proportional");
  });

  it("does not hold the reference against itself when it is the answer", () => {
    const decision = decided([confirmed("best measured", 3.1, 3.1, 3)]);
    const verdict = verdictOf(TARGETS, decision, "proportional");
    expect(decision.baselines[0]?.isAnswer).toBe(true);
    expect(verdict).toMatchObject({ targetsWorse: 0, guardrailsBroken: 0 });
    expect(verdict.sentences[0]).toContain("the proportional baseline itself");
  });

  it("chooses by the penalised objective, as proposals are", () => {
    const far = confirmed("best measured", 2, 2, 3);
    const near = confirmed("predicted", 2.4, 2.4, 3);
    expect(decided([far, near]).origin).toBe("best measured");
    const penalty = (mixture: number[]) => (mixture[0] === far.mixture[0] ? 1 : 0.1);
    const decision = decided([far, near], { penalty });
    expect(decision).toMatchObject({ origin: "predicted", penalty: 0.1 });
  });

  it("by the worst case takes the mixture whose weakest target gains most", () => {
    const uneven = confirmed("best measured", 1, 3.1, 3);
    const even = confirmed("predicted", 2.6, 2.6, 3);
    expect(decided([uneven, even]).origin).toBe("best measured");
    expect(decided([uneven, even], { combination: "worst-case" }).origin).toBe("predicted");
  });

  it("has a KL penalty of zero at the token shares and of strength · log 4 with all weight on a quarter", () => {
    const domains = [domain("d00", 100), domain("d01", 300)];
    const plan = { ...PLAN, klStrength: 2 };
    expect(klPenalty([0.25, 0.75], plan, domains)).toBeCloseTo(0, 12);
    expect(klPenalty([1, 0], plan, domains)).toBeCloseTo(2 * Math.log(4), 12);
  });
});

describe("baselines", () => {
  const domains = [domain("d00", 100), domain("d01", 900), domain("d02", 9000)];

  it("that break the cap are marked, and stand beside the nearest mixtures that keep it", () => {
    const projected = { ...rawBaselines(PLAN, domains, 10), uniform: [0.04, 0.36, 0.6] };
    const all = baselines(PLAN, domains, 10, projected);
    expect(all.map(({ name, also, feasible }) => [name, also, feasible])).toEqual([
      ["proportional", [], true],
      ["uniform", [], false],
      ["unimax", ["uniform within the constraints"], true],
    ]);
    // The smallest domain fills its cap of 4 · 100 of 10 000 tokens, the others share what is left.
    expect(all[2]?.mixture).toEqual([0.04, 0.36, 0.6]);
    expect(referenceBaseline(all).name).toBe("proportional");
  });

  it("of the same mixture are one, under all its names, and the user's own are among them", () => {
    const plan = { ...PLAN, maxRepetition: 400, baselines: [{ name: "ours", weights: { d00: 0.5, d02: 0.5 } }] };
    const all = baselines(plan, domains, 10, rawBaselines(plan, domains, 10));
    expect(all.map(({ name, also }) => [name, also])).toEqual([
      ["proportional", []],
      ["uniform", ["unimax"]],
      ["ours", []],
    ]);
    expect(all[2]?.mixture).toEqual([0.5, 0, 0.5]);
  });

  it("are held against the feasible form of the token shares where those break a bound", () => {
    const plan = { ...PLAN, bounds: [{ domainId: "d02", lower: 0, upper: 0.5 }] };
    const projected = { proportional: [0.04, 0.46, 0.5], uniform: [0.04, 0.46, 0.5] };
    const reference = referenceBaseline(baselines(plan, domains, 10, projected));
    expect(reference).toMatchObject({ name: "proportional within the constraints", feasible: false });
  });

  it("of UniMax repeat no domain more often than allowed, and are as equal as that leaves them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 12 }),
        fc.double({ min: 1, max: 8, noNaN: true }),
        (tokens, cap) => {
          const target = tokens.reduce((a, b) => a + b);
          const weights = unimax(tokens, target, cap);
          expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
          const level = Math.max(...weights);
          weights.forEach((weight, j) => {
            const limit = (cap * (tokens[j] as number)) / target;
            expect(weight).toBeLessThanOrEqual(limit + 1e-9);
            // Whoever is below the level of the others is at its cap.
            expect(weight).toBeCloseTo(Math.min(level, limit), 9);
          });
        },
      ),
    );
  });

  it("of the user's may not take another's name, and must sum to one", () => {
    const given = [
      { name: "uniform", weights: { d00: 1 } },
      { name: "ours", weights: { d00: 0.4 } },
    ];
    expect(planFaults({ ...PLAN, baselines: given }).map(({ field }) => field)).toEqual([
      "baselines[0].name",
      "baselines[1].mixture",
    ]);
  });
});

describe("the noise between seeds", () => {
  const run = (mixture: number[], seed: number, science: number, code: number): SearchRun => ({
    runId: `${mixture}-${seed}`,
    role: "explore",
    origin: "",
    mixture,
    seed,
    round: 1,
    outcome: {
      state: "succeeded",
      tasks: [
        { target: "science", bitsPerByte: science },
        { target: "code", bitsPerByte: code },
        { target: "safety", bitsPerByte: 1 },
      ],
      seconds: 1,
      tokens: 1,
      parameters: 1,
      bytes: 0,
      groupWeights: [],
      failure: "",
    },
  });

  it("is pooled by target over the mixtures that have several seeds, from the first round on", () => {
    const runs = [run([1, 0], 1, 3, 2), run([1, 0], 2, 3.2, 2), run([0, 1], 1, 5, 2), run([0, 1], 2, 5.1, 2.4)];
    const { tasks } = measuredNoise(TARGETS, [...runs, run([0.5, 0.5], 1, 9, 9)]);
    // s² = Σ (difference² / 2) / 2 degrees of freedom.
    expect(tasks[0]?.standardDeviation).toBeCloseTo(Math.sqrt((0.02 + 0.005) / 2), 12);
    expect(tasks[1]?.standardDeviation).toBeCloseTo(Math.sqrt((0 + 0.08) / 2), 12);
    expect(measuredNoise(TARGETS, runs.slice(0, 1)).objective.standardDeviation).toBeNaN();
  });

  it("costs one further mixture: the baselines' first fresh seeds are those of their confirmation", () => {
    expect(replicateSeeds(PLAN)).toEqual([2, 3]);
    expect(replicateSeeds({ ...PLAN, confirmationSeeds: 2 })).toEqual([2]);
  });
});
