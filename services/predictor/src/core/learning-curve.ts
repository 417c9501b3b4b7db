import { type Random, rSquared, spearman, standardDeviation } from "@climb/numeric";
import { refit, refusal } from "./cross-fit.js";
import { type Member, predictModel } from "./models.js";
import { selectRows, type Table } from "./types.js";

/** How well unseen rows are predicted after so many. */
export interface LearningPoint {
  rows: number;
  /** NaN where predictions or results are constant. */
  spearman: number;
  rSquared: number;
}

const SHARES = [0.25, 0.5, 0.75];
/** Random subsets of each size; what is told is their mean. */
const DRAWS = 2;

/**
 * The members of a combination refitted, with its weights, on parts of the rows and tested on the others. Sizes at which
 * one of them cannot be fitted are left out.
 */
export function learningCurve(members: readonly Member[], table: Table, random: Random): LearningPoint[] {
  const count = table.values.length;
  return SHARES.flatMap((share) => {
    const rows = Math.floor(share * count);
    const draws = Array.from({ length: DRAWS }, (_, draw) => {
      const order = random.child(rows, draw).shuffle(Int32Array.from({ length: count }, (_, i) => i));
      return scoreSplit(
        members,
        selectRows(table, order.slice(0, rows).sort()),
        selectRows(table, order.slice(rows).sort()),
        random.child(rows, draw, "fit"),
      );
    });
    const scored = draws.flatMap((draw) => draw ?? []);
    if (scored.length === 0) return [];
    const mean = (of: (score: (typeof scored)[number]) => number) =>
      scored.reduce((sum, score) => sum + of(score), 0) / scored.length;
    return [{ rows, spearman: mean((score) => score.spearman), rSquared: mean((score) => score.rSquared) }];
  });
}

function scoreSplit(members: readonly Member[], training: Table, unseen: Table, random: Random) {
  const rows = training.values.length;
  if (rows < 2 || unseen.values.length < 3 || !(standardDeviation(unseen.values) > 0)) return undefined;
  if (members.some(({ name }) => refusal(name, training, rows) !== undefined)) return undefined;
  const predicted = new Float64Array(unseen.values.length);
  for (const { name, weight, model } of members) {
    predictModel(refit(name, model, training, random.child(name)), unseen).forEach((value, i) => {
      predicted[i] = (predicted[i] as number) + weight * value;
    });
  }
  return { spearman: spearman(predicted, unseen.values), rSquared: rSquared(unseen.values, predicted) };
}
