import type { Matrix } from "@climb/numeric";
import type { TargetPrediction } from "./target-fit.js";
import { createTransforms, type Transforms } from "./transforms.js";

/** Mixtures that are looked at together: what all models need of them stays in the cache. */
const BLOCK = 512;

/** Columns over all mixtures, made block by block. */
export function inBlocks(
  mixtures: Matrix,
  columnsOf: (block: Matrix, transforms: Transforms) => Float64Array[],
): Float64Array[] {
  const { rows, cols, data } = mixtures;
  const whole: Float64Array[] = [];
  for (let start = 0; start === 0 || start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    const block = { rows: end - start, cols, data: data.subarray(start * cols, end * cols) };
    columnsOf(block, createTransforms(block)).forEach((column, i) => {
      whole[i] ??= new Float64Array(rows);
      (whole[i] as Float64Array).set(column, start);
    });
  }
  return whole;
}

/** The predictions of several targets, each times its share, added up. */
export function combineParts(shares: Float64Array, parts: readonly TargetPrediction[]): TargetPrediction {
  return {
    values: weighted(
      shares,
      parts.map((part) => part.values),
    ),
    folds: combineFolds(
      shares,
      parts.map((part) => part.folds),
    ),
  };
}

/** Values added up, each times its share. */
export function weighted(shares: Float64Array, values: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(values[0]?.length ?? 0);
  values.forEach((part, t) => {
    const share = shares[t] as number;
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + share * (part[i] as number);
  });
  return total;
}

/** {@link weighted} fold by fold. */
export function combineFolds(shares: Float64Array, parts: readonly Float64Array[][]): Float64Array[] {
  return (parts[0] ?? []).map((_, k) =>
    weighted(
      shares,
      parts.map((folds) => folds[k] as Float64Array),
    ),
  );
}
