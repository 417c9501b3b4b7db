import { expect, it } from "vitest";
import type { Plan } from "./plan.js";
import { standing } from "./standing.js";
import type { SearchRun } from "./state.js";

const targets = [
  { name: "a", weight: 1, role: "objective" as const, maxRegression: 0 },
  { name: "b", weight: 3, role: "objective" as const, maxRegression: 0 },
];
const plan = { seed: 7 } as Plan;
const run = (role: SearchRun["role"], scores: [number, number] | "failed", seed = 7): SearchRun => ({
  runId: `${role} ${scores}`,
  role,
  origin: role,
  mixture: [1],
  seed,
  round: 1,
  outcome: {
    state: scores === "failed" ? "failed" : "succeeded",
    tasks:
      scores === "failed" ? [] : targets.map(({ name }, i) => ({ target: name, bitsPerByte: scores[i] as number })),
    seconds: 1,
    tokens: 1,
    parameters: 1,
    bytes: 0,
    groupWeights: [],
    failure: "",
  },
});

it("tells the lowest weighted mean of the runs with the exploring seed, and how far the best baseline lies above it", () => {
  const runs = [
    run("baseline", [2, 2]),
    run("baseline", [1.5, 1.9]),
    run("explore", [1.4, 1.2]),
    run("explore", [3, 1.5]),
    // A failed run has no objective, and one with a fresh seed cannot be compared.
    run("explore", "failed"),
    run("confirm", [0.1, 0.1], 8),
  ];
  expect(standing({ targets, plan, runs })).toEqual({ best: 1.25, gain: expect.closeTo(0.55, 12) });
});

it("tells no gain before a baseline was trained, nothing before any run was, and none where a baseline is the best", () => {
  expect(standing({ targets, plan, runs: [run("explore", [1, 1])] })).toEqual({ best: 1 });
  expect(standing({ targets, plan, runs: [run("explore", "failed")] })).toEqual({});
  const runs = [run("baseline", [1, 1]), run("explore", [2, 2])];
  expect(standing({ targets, plan, runs })).toEqual({ best: 1, gain: 0 });
});
