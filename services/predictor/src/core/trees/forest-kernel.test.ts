import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTransforms } from "../transforms.js";
import { type BoostedTrees, predictTrees } from "./boost.js";
import { LEAF_UNIT, NO_SPLIT } from "./grow.js";

const DEPTH = 4;
const [NODES, LEAVES] = [2 ** DEPTH - 1, 2 ** DEPTH];

/** Random trees over columns with different numbers of cuts, some of them none, on inputs that often meet a cut. */
function randomCase(rows: number, cutCounts: readonly number[], rounds: number, seed: number) {
  const random = seeded(seed);
  const cuts = cutCounts.map((count) => {
    const values = Array.from({ length: count }, () => (random.float() < 0.5 ? random.float() ** 8 : random.float()));
    return [...new Set(values)].sort((a, b) => a - b);
  });
  const draw = (column: readonly number[]) =>
    column.length > 0 && random.float() < 0.3 ? (column[random.int(column.length)] as number) : random.float() ** 3;
  const matrix = (columns: number[][]) => {
    const data = new Float64Array(rows * columns.length);
    for (let r = 0; r < rows; r++) {
      data.set(columns.map(draw), r * columns.length);
    }
    return { rows, cols: columns.length, data };
  };
  const half = Math.ceil(cuts.length / 2);
  const inputs = { weights: matrix(cuts.slice(0, half)), features: matrix(cuts.slice(half)) };
  const splittable = cuts.flatMap((column, c) => (column.length > 0 ? [c] : []));
  const model: BoostedTrees = {
    base: random.normal(),
    rounds,
    binning: { cuts },
    forest: {
      depth: DEPTH,
      splitColumns: new Uint8Array(rounds * NODES),
      splitBins: new Uint8Array(rounds * NODES).fill(NO_SPLIT),
      leaves: Float32Array.from({ length: rounds * LEAVES }, () =>
        Math.fround(Math.round((0.3 * random.normal()) / LEAF_UNIT) * LEAF_UNIT),
      ),
    },
  };
  for (let at = 0; at < rounds * NODES && splittable.length > 0; at++) {
    if (random.float() < 0.15) continue;
    const column = splittable[random.int(splittable.length)] as number;
    model.forest.splitColumns[at] = column;
    model.forest.splitBins[at] = random.int((cuts[column] as number[]).length);
  }
  return { model, inputs };
}

/** Down every tree by its cuts, row by row. */
function walk({ base, rounds, binning, forest }: BoostedTrees, weights: Float64Array, features: Float64Array): number {
  const values = [...weights, ...features];
  let sum = 0;
  for (let tree = 0; tree < rounds; tree++) {
    let node = 0;
    while (node < NODES) {
      const bin = forest.splitBins[tree * NODES + node] as number;
      const column = forest.splitColumns[tree * NODES + node] as number;
      const isRight = bin !== NO_SPLIT && (values[column] as number) > (binning.cuts[column]?.[bin] as number);
      node = 2 * node + (isRight ? 2 : 1);
    }
    sum += forest.leaves[tree * LEAVES + node - NODES] as number;
  }
  return base + sum;
}

describe("trees for many rows together", () => {
  it("give to the bit what a walk down each tree gives", () => {
    const cutCounts = fc.array(fc.constantFrom(0, 1, 2, 31, 255), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        cutCounts,
        fc.integer({ min: 0, max: 9 }),
        fc.integer(),
        (...given) => {
          const { model, inputs } = randomCase(...given);
          const { weights, features } = inputs;
          const found = predictTrees(model, { ...inputs, transforms: createTransforms(weights) });
          found.forEach((value, r) => {
            const rowOf = ({ cols, data }: typeof weights) => data.subarray(r * cols, (r + 1) * cols);
            expect(value).toBe(walk(model, rowOf(weights), rowOf(features)));
          });
          expect(predictTrees(model, inputs)).toEqual(found);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("share masks only where cuts and features are the same", () => {
    const one = randomCase(200, [31, 3], 5, 1);
    const other = randomCase(200, [31, 3], 5, 2);
    const transforms = createTransforms(one.inputs.weights);
    const inputs = { ...one.inputs, transforms };
    const copy = { ...one.model, binning: structuredClone(one.model.binning) };
    const otherFeatures = { ...inputs, features: other.inputs.features };
    const alone = (model: BoostedTrees, { weights, features }: typeof one.inputs) =>
      predictTrees(model, { weights, features });
    for (let round = 0; round < 2; round++) {
      expect(predictTrees(one.model, inputs)).toEqual(alone(one.model, inputs));
      expect(predictTrees(copy, inputs)).toEqual(alone(one.model, inputs));
      expect(predictTrees(other.model, inputs)).toEqual(alone(other.model, inputs));
      expect(predictTrees(one.model, otherFeatures)).toEqual(alone(one.model, otherFeatures));
    }
  });

  it("refuse trees of another depth", () => {
    const { model, inputs } = randomCase(3, [2, 2], 1, 1);
    expect(() => predictTrees({ ...model, forest: { ...model.forest, depth: 3 } }, inputs)).toThrow("depth 3");
  });
});
