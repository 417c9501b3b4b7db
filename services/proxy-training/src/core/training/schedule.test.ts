import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learningRateAt } from "./schedule.js";

const cosine = { learningRate: 2e-3, warmupSteps: 100, schedule: "cosine" } as const;
const wsd = { ...cosine, schedule: "wsd" } as const;
const constant = { ...cosine, schedule: "constant" } as const;
const decay = { ...cosine, schedule: "decay" } as const;

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

  it("is that of warm-up, stable, decay when a constant run is followed by a decaying one of a quarter of its length", () => {
    for (let step = 200; step < 1280; step += 40)
      expect(learningRateAt(constant, step, 1280)).toBe(learningRateAt(wsd, step, 1600));
    for (let step = 0; step < 320; step += 10)
      expect(learningRateAt(decay, step, 320)).toBeCloseTo(learningRateAt(wsd, 1280 + step, 1600), 15);
  });

  it("is above 0 and at most its peak at every step of every length", () => {
    const schedules = fc.constantFrom(cosine, wsd, constant, decay);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), schedules, (steps, at, schedule) => {
        const rate = learningRateAt(schedule, at % steps, steps);
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(schedule.learningRate * (1 + 1e-12));
      }),
    );
  });
});
