import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learningRateAt } from "./schedule.js";

const cosine = { learningRate: 2e-3, warmupSteps: 100, schedule: "cosine" } as const;
const wsd = { ...cosine, schedule: "wsd" } as const;

describe("the learning rate", () => {
  it("warms up linearly to its peak and never from zero", () => {
    expect(learningRateAt(cosine, 0, 1600)).toBeCloseTo(2e-5, 12);
    expect(learningRateAt(cosine, 49, 1600)).toBeCloseTo(1e-3, 12);
    expect(learningRateAt(cosine, 99, 1600)).toBeCloseTo(2e-3, 12);
    expect(learningRateAt(cosine, 100, 1600)).toBeCloseTo(2e-3, 12);
  });

  it("falls along a cosine to a tenth of its peak", () => {
    expect(learningRateAt(cosine, 850, 1600)).toBeCloseTo(2e-3 * 0.55, 12);
    expect(learningRateAt(cosine, 1599, 1600)).toBeCloseTo(2e-4, 7);
  });

  it("stays and then falls to nothing over the last fifth with warm-up, stable, decay", () => {
    expect(learningRateAt(wsd, 1279, 1600)).toBe(2e-3);
    expect(learningRateAt(wsd, 1440, 1600)).toBeCloseTo(1e-3, 12);
    expect(learningRateAt(wsd, 1599, 1600)).toBeCloseTo(2e-3 / 320, 12);
  });

  it("is above 0 and at most its peak at every step of every length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), fc.constantFrom(cosine, wsd), (steps, at, schedule) => {
        const rate = learningRateAt(schedule, at % steps, steps);
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(schedule.learningRate * (1 + 1e-12));
      }),
    );
  });
});
