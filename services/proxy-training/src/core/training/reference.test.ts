import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";
import { type Batch, createTrainer } from "./trainer.js";

interface Curve {
  losses: number[];
  gradientNorms: number[];
  sumsOfSquares: Record<string, number>;
}

interface Fixture {
  madeBy: string;
  shape: Omit<ModelShape, "tied">;
  batch: number;
  untied: Curve;
  tied: Curve;
  swiglu?: Curve;
}

/** Made by the programs of the same names, with the weights and batches that the formulas below give. */
const fixtures = ["decoder-losses.json", "decoder-losses-torch.json"].map(
  (name) => JSON.parse(readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url), "utf8")) as Fixture,
);

const VARIANTS = {
  untied: { tied: false },
  tied: { tied: true },
  swiglu: { tied: false, activation: "swiglu" },
} as const;

const none = { loss: Number.NaN, gradientNorm: Number.NaN };

const scatter = (n: number) => (n % 10007) ** 3 % 10007;

function startingState(shape: ModelShape): TrainingState {
  const specs = parameterSpecs(shape);
  const zeros = () => new Map(specs.map(({ name, shape: [rows, cols] }) => [name, new Float32Array(rows * cols)]));
  const parameters = new Map(
    specs.map(({ name, shape: [rows, cols] }, index) => [
      name,
      Float32Array.from({ length: rows * cols }, (_, i) => {
        const uniform = (scatter(i * 7919 + index * 104729 + 12345) + 0.5) / 10007;
        return 0.05 * Math.sqrt(12) * (uniform - 0.5);
      }),
    ]),
  );
  return { step: 0, parameters, first: zeros(), second: zeros() };
}

function tokenAt(vocabulary: number, step: number, row: number, t: number): number {
  const walk = row * 5 + step * 3 + t * (1 + (row % 3));
  return (scatter(step * 977 + row * 131 + t) % 7 === 0 ? scatter(walk + step) : walk) % vocabulary;
}

const cases = fixtures.flatMap((fixture) =>
  Object.entries(VARIANTS).flatMap(([name, variant]) => {
    const expected = fixture[name as keyof typeof VARIANTS];
    return expected ? [{ name, variant, fixture, expected, by: fixture.madeBy.replace(/^.*?, /, "") }] : [];
  }),
);

describe("training agrees over 30 clipped AdamW steps", () => {
  for (const { name, variant, fixture, expected, by } of cases) {
    it(`with ${by}, ${name}`, async () => {
      const shape: ModelShape = { ...fixture.shape, ...variant };
      const { vocabulary, context } = shape;
      const { batch } = fixture;
      const trainer = await createTrainer({ shape, batch, state: startingState(shape) });
      const { tokens, targets } = trainer.batches[0] as Batch;
      for (const [step, loss] of expected.losses.entries()) {
        for (let row = 0; row < batch; row++) {
          for (let t = 0; t < context; t++) {
            tokens[t * batch + row] = tokenAt(vocabulary, step, row, t);
            targets[t * batch + row] = tokenAt(vocabulary, step, row, t + 1);
          }
        }
        const [found = none] = await trainer.take([0.004 * Math.min(1, (step + 1) / 5)]);
        expect(Math.abs(found.loss - loss), `loss of step ${step}`).toBeLessThan(1e-4);
        const norm = expected.gradientNorms[step] as number;
        expect(Math.abs(found.gradientNorm / norm - 1), `gradient norm of step ${step}`).toBeLessThan(1e-3);
      }
      for (const [name, sum] of Object.entries(expected.sumsOfSquares)) {
        const values = trainer.state.parameters.get(name) as Float32Array;
        const found = values.reduce((total, value) => total + value * value, 0);
        expect(Math.abs(found / sum - 1), name).toBeLessThan(1e-4);
      }
      await trainer.close();
    });
  }
});
