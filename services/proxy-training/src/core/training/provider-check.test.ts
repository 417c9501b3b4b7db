import { describe, expect, it } from "vitest";
import { disagreement, takeCheckSteps } from "./provider-check.js";

describe("the check of an execution provider", () => {
  it("lets pass what rounds otherwise, and names the step where anything else differs", async () => {
    const reference = await takeCheckSteps({});
    expect(reference).toHaveLength(4);
    expect(disagreement(reference, await takeCheckSteps({ stepsPerCall: 3 }))).toBeUndefined();
    const rounded = reference.map(({ loss, gradientNorm }) => ({ loss: loss * 1.0005, gradientNorm }));
    expect(disagreement(reference, rounded)).toBeUndefined();
    const wrong = reference.map((step, i) => (i === 2 ? { ...step, loss: step.loss * 1.01 } : step));
    expect(disagreement(reference, wrong)).toMatch(/^the loss of step 3 is [\d.]+, on the CPU it is [\d.]+$/);
    const broken = reference.map((step) => ({ ...step, gradientNorm: Number.NaN }));
    expect(disagreement(reference, broken)).toMatch(/^the gradient norm of step 1 is NaN/);
  });
});
