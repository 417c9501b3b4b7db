import { type Matrix, zeros } from "@climb/numeric";
import type { FeatureSource } from "./source.js";

/** Token pairs of a target and how frequent they are in every domain. All matrices are domains × pairs, row-major. */
export interface TargetStatistics {
  textBytes: number;
  domains: number;
  pairs: number;
  /** How often each distinct pair (a, b) occurs in the target. */
  counts: ArrayLike<number>;
  /** Share of the domain's pairs that are (a, b). */
  pairFrequencies: ArrayLike<number>;
  /** Share of the domain's pairs whose first token is a. */
  firstFrequencies: ArrayLike<number>;
  /** Smoothed share of the domain's tokens that are b: positive. */
  unigramFrequencies: ArrayLike<number>;
}

/** Pseudo-counts of the unigram distribution behind each first token. */
export const smoothing = 200;

/**
 * Cross-entropy of the target, in bits per byte, under the bigram counts that a mixture of n tokens has:
 * p(b|a) = (n·f(ab) + 200·u(b)) / (n·f(a) + 200), every f = Σ_j w_j f_j.
 * Numerator and denominator are linear in w, so each is one matrix product; pairs with the same columns share one row.
 */
export function bigramFeature(statistics: TargetStatistics, tokens: number): FeatureSource {
  const { domains, pairs } = statistics;
  const numerators = groupRows(statistics, (j, p) => {
    const at = j * pairs + p;
    return (
      tokens * (statistics.pairFrequencies[at] as number) + smoothing * (statistics.unigramFrequencies[at] as number)
    );
  });
  const denominators = groupRows(
    statistics,
    (j, p) => tokens * (statistics.firstFrequencies[j * pairs + p] as number) + smoothing,
  );
  return logSumFeature("bigram", domains, [
    { rows: numerators, sign: -1 / statistics.textBytes },
    { rows: denominators, sign: 1 / statistics.textBytes },
  ]);
}

/** Cross-entropy of the target's second tokens under the mixture's unigram distribution, in bits per byte. */
export function unigramFeature(statistics: TargetStatistics): FeatureSource {
  const rows = groupRows(statistics, (j, p) => statistics.unigramFrequencies[j * statistics.pairs + p] as number);
  return logSumFeature("unigram", statistics.domains, [{ rows, sign: -1 / statistics.textBytes }]);
}

/** Several sources of one target side by side. */
export function joinFeatures(sources: readonly FeatureSource[]): FeatureSource {
  return {
    names: sources.flatMap((source) => source.names),
    evaluate(mixtures) {
      const parts = sources.map((source) => source.evaluate(mixtures));
      const joined = zeros(
        mixtures.rows,
        parts.reduce((total, part) => total + part.cols, 0),
      );
      let offset = 0;
      for (const part of parts) {
        for (let r = 0; r < part.rows; r++) {
          joined.data.set(part.data.subarray(r * part.cols, (r + 1) * part.cols), r * joined.cols + offset);
        }
        offset += part.cols;
      }
      return joined;
    },
    gradients: (weights) => sources.flatMap((source) => source.gradients(weights)),
  };
}

interface GroupedRows {
  /** rows × domains. */
  data: Float64Array;
  counts: Float64Array;
}

interface Term {
  rows: GroupedRows;
  sign: number;
}

/** Transposes to pairs × domains and merges equal rows; sorted by count, so that rows with one count stand together. */
function groupRows(statistics: TargetStatistics, entry: (domain: number, pair: number) => number): GroupedRows {
  const { domains, pairs } = statistics;
  const merged = new Map<string, { values: Float64Array; count: number }>();
  for (let p = 0; p < pairs; p++) {
    const values = Float64Array.from({ length: domains }, (_, j) => entry(j, p));
    const key = values.join();
    const seen = merged.get(key);
    if (seen) seen.count += statistics.counts[p] as number;
    else merged.set(key, { values, count: statistics.counts[p] as number });
  }
  const rows = [...merged.values()].sort((a, b) => a.count - b.count);
  const data = new Float64Array(rows.length * domains);
  rows.forEach((entry, r) => {
    data.set(entry.values, r * domains);
  });
  return { data, counts: Float64Array.from(rows, (entry) => entry.count) };
}

/** Σ over terms of sign · Σ_r count_r · log2(row_r · w). */
function logSumFeature(name: string, domains: number, terms: readonly Term[]): FeatureSource {
  return {
    names: [name],
    evaluate(mixtures) {
      const result = zeros(mixtures.rows, 1);
      for (let start = 0; start < mixtures.rows; start += 4) addFour(terms, domains, mixtures, start, result.data);
      return result;
    },
    gradients(weights) {
      const gradient = new Float64Array(domains);
      for (const { rows, sign } of terms) {
        for (let r = 0; r < rows.counts.length; r++) {
          const base = r * domains;
          let value = 0;
          for (let j = 0; j < domains; j++) value += (rows.data[base + j] as number) * (weights[j] as number);
          const factor = (sign * (rows.counts[r] as number)) / (value * Math.LN2);
          for (let j = 0; j < domains; j++)
            gradient[j] = (gradient[j] as number) + factor * (rows.data[base + j] as number);
        }
      }
      return [gradient];
    },
  };
}

/**
 * Four mixtures at a time: each row is loaded once for all of them. Rows of equal count are multiplied up and share one
 * logarithm, taken before the product can leave the range of a double (an entry lies between 1e-9 and 1e15).
 */
function addFour(terms: readonly Term[], domains: number, mixtures: Matrix, start: number, out: Float64Array): void {
  const lanes = Math.min(4, mixtures.rows - start);
  const weights = new Float64Array(4 * domains);
  for (let lane = 0; lane < 4; lane++) {
    const r = start + Math.min(lane, lanes - 1);
    for (let j = 0; j < domains; j++) weights[4 * j + lane] = mixtures.data[r * domains + j] as number;
  }
  const totals = new Float64Array(4);
  for (const { rows, sign } of terms) {
    const count = rows.counts.length;
    let [p0, p1, p2, p3, multiplied] = [1, 1, 1, 1, 0];
    for (let r = 0; r < count; r++) {
      const base = r * domains;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < domains; j++) {
        const value = rows.data[base + j] as number;
        const at = 4 * j;
        a += value * (weights[at] as number);
        b += value * (weights[at + 1] as number);
        c += value * (weights[at + 2] as number);
        d += value * (weights[at + 3] as number);
      }
      p0 *= a;
      p1 *= b;
      p2 *= c;
      p3 *= d;
      multiplied++;
      if (multiplied === 16 || r + 1 === count || rows.counts[r + 1] !== rows.counts[r]) {
        const factor = sign * (rows.counts[r] as number);
        totals[0] = (totals[0] as number) + factor * Math.log2(p0);
        totals[1] = (totals[1] as number) + factor * Math.log2(p1);
        totals[2] = (totals[2] as number) + factor * Math.log2(p2);
        totals[3] = (totals[3] as number) + factor * Math.log2(p3);
        [p0, p1, p2, p3, multiplied] = [1, 1, 1, 1, 0];
      }
    }
  }
  for (let lane = 0; lane < lanes; lane++) out[start + lane] = (out[start + lane] as number) + (totals[lane] as number);
}
