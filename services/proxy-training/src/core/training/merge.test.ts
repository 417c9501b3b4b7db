import fc from "fast-check";
import { expect, it } from "vitest";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import { mergeModels } from "./merge.js";
import { initialState } from "./state.js";

const shape: ModelShape = { vocabulary: 8, width: 8, layers: 1, heads: 2, context: 8, tied: true };
const models = [1, 2, 3].map((seed) => initialState(shape, seed).parameters);

it("the average of models is their weighted sum in every parameter, and of one model the model itself, to the bit", () => {
  expect(mergeModels(shape, [{ parameters: models[0] as Map<string, Float32Array>, weight: 1 }])).toEqual(models[0]);
  const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(weights, (given) => {
      const parts = models.map((parameters, m) => ({ parameters, weight: given[m] as number }));
      const merged = mergeModels(shape, parts);
      expect([...merged.keys()]).toEqual(parameterSpecs(shape).map(({ name }) => name));
      for (const [name, values] of merged) {
        const k = values.length - 1;
        const expected = parts.reduce(
          (sum, { parameters, weight }) => sum + weight * (parameters.get(name)?.[k] ?? 0),
          0,
        );
        expect(values[k]).toBe(Math.fround(expected));
      }
    }),
    { numRuns: 20 },
  );
});
