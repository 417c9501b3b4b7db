import { describe, expect, it } from "vitest";
import { rawBaselines } from "./baselines.js";
import { confirmationCandidates } from "./confirm.js";
import { groupConfirmed } from "./confirmed.js";
import { isFeasible, repetitions, upperWeights } from "./constraints.js";
import { type Choice, decide } from "./decide.js";
import { plannedRuns } from "./estimate.js";
import type { PlannedRun, SearchEvent, SearchTarget } from "./events.js";
import { nextStep } from "./next-step.js";
import { scoredRuns } from "./objective.js";
import { confirmationSeeds, type Plan, planFaults } from "./plan.js";
import { replay, type SearchState } from "./state.js";

const PLAN: Plan = {
  strategy: "climb",
  rounds: [3, 2],
  openEnded: false,
  autoRounds: false,
  maxRuns: 0,
  maxTokens: 0,
  maxSeconds: 0,
  maxBytes: 0,
  tokensPerRun: 10_000,
  confirmationSeeds: 2,
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
  { name: "a", weight: 1, role: "objective", maxRegression: 0 },
  { name: "b", weight: 3, role: "objective", maxRegression: 0 },
];
const run = (runId: string, seed = 1, origin = "prior", mixture = [0.5, 0.5]): PlannedRun => ({
  runId,
  role: "explore",
  origin,
  mixture,
  seed,
});
const recorded = (runId: string, a: number, b: number): SearchEvent => ({
  type: "runRecorded",
  runId,
  state: "succeeded",
  tasks: [
    { target: "a", bitsPerByte: a },
    { target: "b", bitsPerByte: b },
  ],
  seconds: 1,
  tokens: 10_000,
  parameters: 5000,
  bytes: 0,
  groupWeights: [],
  failure: "",
});
const START: SearchEvent[] = [
  { type: "created", searchId: "s", plan: PLAN, targets: TARGETS },
  { type: "started" },
  { type: "embedded", embeddingSetId: "e" },
  { type: "domainsFound", domainSetId: "d", labels: [{ id: "d00", label: "sea" }] },
  {
    type: "tokensReady",
    tokenSetId: "t",
    tokens: [
      { id: "d00", tokens: 100 },
      { id: "d01", tokens: 300 },
    ],
    minimumDomainTokens: 65,
  },
];
const state = (...events: SearchEvent[]) => replay(events) as SearchState;

describe("the steps of a search", () => {
  it("follow from its log alone, one after another", () => {
    const log: SearchEvent[] = [...START];
    const steps = START.map((_, i) => nextStep(state(...START.slice(0, i + 1))).type);
    expect(steps).toEqual(["start", "embed", "cluster", "tokenise", "planRound"]);

    const then = (event: SearchEvent, expected: string) => {
      log.push(event);
      expect(nextStep(state(...log)).type).toBe(expected);
    };
    then({ type: "roundPlanned", round: 1, runs: [run("r1"), run("r2")] }, "awaitRuns");
    then(recorded("r1", 3, 3), "awaitRuns");
    then(recorded("r2", 2, 2), "fit");
    then({ type: "predictorFitted", round: 1, predictorId: "p1", warnings: ["few rows"] }, "planRound");
    then({ type: "roundPlanned", round: 2, runs: [run("r3")] }, "awaitRuns");
    then(recorded("r3", 1, 1), "fit");
    then({ type: "predictorFitted", round: 2, predictorId: "p2", warnings: [] }, "planConfirmation");
    then({ type: "confirmationPlanned", runs: [{ ...run("c1", 2), role: "confirm" }] }, "awaitRuns");
    then(recorded("c1", 1, 1), "decide");
    then({ type: "resultDecided" }, "write");
    then({ type: "completed" }, "stop");
    expect(state(...log).warnings).toEqual([]);
  });

  it("skip the rounds that are left once one promises less than the noise", () => {
    const planned: SearchEvent = { type: "roundPlanned", round: 1, runs: [run("r1"), run("r2")] };
    const fitted: SearchEvent = { type: "predictorFitted", round: 1, predictorId: "p1", warnings: [] };
    const log = [...START, planned, recorded("r1", 3, 3), recorded("r2", 2, 2), fitted];
    expect(nextStep(state(...log)).type).toBe("planRound");
    const ended = state(...log, { type: "roundsEnded", reason: "noise", expectedImprovement: 0.001, noiseFloor: 0.01 });
    expect(nextStep(ended).type).toBe("planConfirmation");
    expect(ended.roundsEnd).toEqual({ reason: "noise", expectedImprovement: 0.001, noiseFloor: 0.01 });
  });

  it("begin with the domains when the search was given a domain set", () => {
    const created: SearchEvent = { type: "created", searchId: "s", plan: PLAN, targets: TARGETS, domainSetId: "d" };
    expect(nextStep(state(created, { type: "started" })).type).toBe("cluster");
  });

  it("go straight to confirmation for a fixed mixture", () => {
    const created: SearchEvent = { ...START[0], plan: { ...PLAN, strategy: "uniform", rounds: [] } } as SearchEvent;
    expect(nextStep(state(created, ...START.slice(1))).type).toBe("planConfirmation");
  });

  it("are not changed by a result that is delivered twice", () => {
    const planned: SearchEvent = { type: "roundPlanned", round: 1, runs: [run("r1"), run("r2")] };
    const once = state(...START, planned, recorded("r1", 3, 3));
    expect(state(...START, planned, recorded("r1", 3, 3), recorded("r1", 9, 9))).toEqual(once);
  });

  it("go on without a failed run, but give up when half of a round is lost", () => {
    const planned: SearchEvent = { type: "roundPlanned", round: 1, runs: [run("r1"), run("r2"), run("r3")] };
    const failed = (runId: string): SearchEvent => ({
      ...(recorded(runId, 0, 0) as SearchEvent & { type: "runRecorded" }),
      state: "failed",
      failure: "the loss became NaN",
    });
    const good = [recorded("r1", 3, 3), recorded("r2", 3, 3)];
    expect(nextStep(state(...START, planned, ...good, failed("r3"))).type).toBe("fit");
    const lost = nextStep(state(...START, planned, recorded("r1", 3, 3), failed("r2"), failed("r3")));
    expect(lost).toEqual({ type: "giveUp", message: expect.stringContaining("the loss became NaN") });
  });

  it("end when it is cancelled, whatever was going on", () => {
    expect(nextStep(state(...START, { type: "cancelled" })).type).toBe("stop");
  });

  it("begin again where they stopped when a failed search is asked for again, with another chance for lost runs", () => {
    const planned: SearchEvent = { type: "roundPlanned", round: 1, runs: [run("r1"), run("r2")] };
    const lost: SearchEvent = { ...(recorded("r2", 0, 0) as SearchEvent & { type: "runRecorded" }), state: "failed" };
    const failed = state(...START, planned, recorded("r1", 3, 3), lost, { type: "failed", message: "disk full" });
    expect(nextStep(failed).type).toBe("stop");
    const again = state(
      ...START,
      planned,
      recorded("r1", 3, 3),
      lost,
      { type: "failed", message: "" },
      { type: "started" },
    );
    const step = nextStep(again);
    expect(step.type === "awaitRuns" && step.runs.map(({ runId }) => runId)).toEqual(["r2"]);
  });

  it("cannot be read from a log that does not begin with its creation", () => {
    expect(() => replay([{ type: "started" }])).toThrow('cannot begin with "started"');
    expect(() => state(START[0] as SearchEvent, START[0] as SearchEvent)).toThrow("created twice");
  });
});

describe("the plan", () => {
  it("counts every run that it will make", () => {
    // 3 + 2 mixtures, 2 baselines, 1 mixture again, and 1 mixture and 2 baselines with 2 fresh seeds.
    expect(plannedRuns(PLAN)).toBe(3 + 2 + 2 + 1 + 3 * 2);
    expect(confirmationSeeds(PLAN)).toEqual([2, 3]);
  });

  it("names every fault with its field", () => {
    const bad = { ...PLAN, rounds: [2, 0], confirmationSeeds: 1, maxRepetition: -1, tokensPerRun: 10 };
    expect(planFaults(bad).map(({ field }) => field)).toEqual([
      "budget.rounds[1]",
      "budget.rounds[0]",
      "budget.tokens_per_run",
      "budget.confirmation_seeds",
      "constraints.max_repetition",
    ]);
    expect(planFaults(PLAN)).toEqual([]);
  });
});

describe("constraints", () => {
  const domains = [
    { id: "d00", label: "", tokens: 100 },
    { id: "d01", label: "", tokens: 300 },
    { id: "d02", label: "", tokens: 10 },
  ];

  it("cap each domain by its tokens and shut out those too small for a window", () => {
    const plan = { ...PLAN, targetTokens: 1000, bounds: [{ domainId: "d01", lower: 0, upper: 0.5 }] };
    expect(upperWeights(plan, domains, 65)).toEqual([0.4, 0.5, 0]);
    expect(isFeasible([0.4, 0.5, 0.1], plan, domains, 65)).toBe(false);
    expect(repetitions([0.4, 0.5, 0], plan, domains)).toEqual([4, 1000 / 600, 0]);
  });

  it("leave small domains out of both baselines, whose weights sum to one in millionths", () => {
    const { proportional, uniform } = rawBaselines({}, domains, 65);
    expect(proportional).toEqual([0.25, 0.75, 0]);
    expect(uniform).toEqual([0.5, 0.5, 0]);
  });
});

describe("the confirmation", () => {
  it("takes the best measured mixture first, then the predicted ones, none twice", () => {
    const log = [
      ...START,
      {
        type: "roundPlanned",
        round: 1,
        runs: [run("r1", 1, "x", [0.2, 0.8]), run("r2", 1, "y", [0.9, 0.1])],
      } as SearchEvent,
      recorded("r1", 3, 3),
      recorded("r2", 2, 2),
    ];
    const measured = scoredRuns(TARGETS, state(...log).runs);
    const predicted = [
      { origin: "optimum", mixture: [0.9, 0.1] },
      { origin: "second", mixture: [0.5, 0.5] },
    ];
    const chosen = confirmationCandidates(measured, predicted, 3, ({ objective }) => objective).map(
      ({ mixture }) => mixture,
    );
    expect(chosen).toEqual([
      [0.9, 0.1],
      [0.5, 0.5],
      [0.2, 0.8],
    ]);
  });

  const confirmed = (origin: string, objectives: number[], mixture = [0.5, 0.5]) => ({
    origin,
    mixture,
    objectives,
    tasks: [objectives, objectives],
  });
  const uniform = confirmed("uniform", [3.0, 3.02]);

  const choose = (candidates: Choice["candidates"], baselines: Choice["baselines"], allowed = true) =>
    decide({
      targets: TARGETS,
      candidates,
      baselines,
      reference: "uniform",
      allowed: () => allowed,
      penalty: () => 0,
      combination: "weighted-mean",
      guarded: true,
    });

  it("keeps the best measured mixture unless another beats it beyond the noise", () => {
    const measured = confirmed("best measured", [2.5, 2.52]);
    const within = choose([measured, confirmed("predicted", [2.495, 2.515])], [uniform]);
    expect(within.origin).toBe("best measured");
    const beyond = choose([measured, confirmed("predicted", [2.4, 2.42])], [uniform]);
    expect(beyond.origin).toBe("predicted");
    expect(beyond.baselines[0]?.probabilityAnswerIsBetter).toBeGreaterThan(0.99);
    expect(beyond.runnersUp.map(({ name }) => name)).toEqual(["best measured"]);
  });

  it("answers with a baseline that nothing beats, and says so", () => {
    const decision = choose([confirmed("best measured", [3.1, 3.12])], [uniform]);
    expect(decision.origin).toBe("uniform");
    expect(decision.warnings[0]).toContain("No mixture found beats the uniform baseline");
    const forbidden = choose([confirmed("best measured", [3.1, 3.12])], [uniform], false);
    expect(forbidden.origin).toBe("best measured");
    expect(forbidden.warnings[0]).toContain("beats the uniform baseline with a probability of only");
  });

  it("groups runs by mixture and weighs targets", () => {
    const events: SearchEvent[] = [
      ...START,
      {
        type: "confirmationPlanned",
        runs: [
          { ...run("c1", 2, "uniform"), role: "confirm" },
          { ...run("c2", 3, "uniform"), role: "confirm" },
        ],
      },
      recorded("c1", 1, 2),
      recorded("c2", 3, 4),
    ];
    const [group] = groupConfirmed(TARGETS, scoredRuns(TARGETS, state(...events).runs));
    expect(group?.objectives).toEqual([1.75, 3.75]);
    expect(group?.tasks).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
});
