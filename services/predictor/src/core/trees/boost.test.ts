import { readFileSync } from "node:fs";
import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmixTable } from "../../fixtures/regmix.js";
import { makeFolds } from "../folds.js";
import { selectRows } from "../types.js";
import { boost, climbBoost, crossBoost, predictTrees } from "./boost.js";

// Compared on the trained rows: LightGBM cuts between 0 and the next value just above 0, we halfway, and where two
// columns split the
// rows alike either may be taken, so other rows can differ. fixtures/lightgbm.json holds the Python script that made it
// under "script".
const fixture = JSON.parse(readFileSync(new URL("../../../fixtures/lightgbm.json", import.meta.url), "utf8")) as {
  cases: { rows: number; rounds: number; learningRate: number; predictions: number[] }[];
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("boosted trees", () => {
  const table = regmixTable("train", "pile_cc");

  for (const { rows, rounds, learningRate, predictions } of fixture.cases) {
    it(`predict what LightGBM predicts after ${rounds} rounds on ${rows} runs`, () => {
      const trained = selectRows(table, range(0, rows));
      const model = boost(trained, rounds, { ...climbBoost, learningRate, maxBins: 255 });
      const found = predictTrees(model, trained);
      predictions.forEach((expected, i) => {
        expect(found[i]).toBeCloseTo(expected, 5);
      });
    });
  }

  it("stop near the least held-out error and predict held-out rows as the fold's own trees do", () => {
    const few = selectRows(table, range(0, 60));
    const folds = makeFolds(60, seeded(3));
    const cross = crossBoost(few, folds, { ...climbBoost, learningRate: 0.1 });
    expect(cross.rounds).toBeGreaterThan(5);
    expect(cross.rounds).toBeLessThan(1000);
    const heldOut = folds.heldOut[4] as Int32Array;
    const alone = predictTrees(cross.foldTrees[4] as (typeof cross.foldTrees)[0], selectRows(few, heldOut));
    heldOut.forEach((r, i) => {
      expect(alone[i]).toBeCloseTo(cross.outOfFold[r] as number, 10);
    });
  });

  it("keep at least five rows in every leaf, so that nine rows give one value", () => {
    const model = boost(selectRows(table, range(0, 9)), 10, climbBoost);
    expect(new Set(predictTrees(model, table)).size).toBe(1);
  });
});
