import { fromRows, type Matrix, toMillionths } from "@climb/numeric";

/** One finished run: its mixture and one result per target, lower is better. */
export interface ResultRow {
  id: string;
  mixture: ArrayLike<number>;
  values: ArrayLike<number>;
  /** Parameters of the proxy; 0 or unset where all are of one size. */
  capacity?: number;
}

/** Runs with one row per distinct mixture, replicates averaged. */
export interface DistinctRows {
  /** distinct mixtures × domains, rows sum to 1. */
  weights: Matrix;
  /** Per target, the mean result of each distinct mixture. */
  values: Float64Array[];
  /** For each given run, its row here. */
  rowOf: Int32Array;
  /** Per target, the pooled standard deviation of replicates; 0 without replicates. */
  noise: Float64Array;
  /** Parameters of the proxy of each row; unset where all are of one size. */
  capacities?: Float64Array;
}

/** How far the sum of a mixture may be from 1. */
export const sumTolerance = 1e-3;

/** What was found where something else was expected. */
export interface RowFault {
  found: string;
  expected: string;
}

/** What is wrong with a mixture of `domains` weights, or undefined. */
export function mixtureFault(weights: ArrayLike<number>, domains: number): RowFault | undefined {
  if (weights.length !== domains)
    return { found: `${weights.length} weights`, expected: `one for each of ${domains} domains` };
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j] as number;
    if (!(Number.isFinite(weight) && weight >= 0)) return { found: `${weight} as weight ${j}`, expected: "at least 0" };
    sum += weight;
  }
  if (Math.abs(sum - 1) > sumTolerance) {
    return { found: `weights that sum to ${Number(sum.toPrecision(7))}`, expected: `1 to within ${sumTolerance}` };
  }
  return undefined;
}

/** What is wrong with the results of a run, or undefined. */
export function valuesFault(values: ArrayLike<number>, targets: number): RowFault | undefined {
  if (values.length !== targets)
    return { found: `${values.length} results`, expected: `one for each of ${targets} targets` };
  const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : { found: `${values[at]} as result ${at}`, expected: "a finite number" };
}

/**
 * Checks the runs and merges replicates: mixtures equal after rounding to 1e-6, the precision in which a run is named.
 * Rows come out in the order of their first run.
 * @throws RangeError naming the run for a wrong mixture or result.
 */
export function distinctRows(runs: readonly ResultRow[], domains: number, targets: number): DistinctRows {
  const groups = new Map<string, number[]>();
  runs.forEach((run, i) => {
    const fault = mixtureFault(run.mixture, domains) ?? valuesFault(run.values, targets);
    if (fault) throw new RangeError(`run ${run.id || i}: found ${fault.found}, expected ${fault.expected}`);
    const key = `${toMillionths(run.mixture).join()} ${run.capacity ?? 0}`;
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  const members = [...groups.values()];
  const rowOf = new Int32Array(runs.length);
  const mixtures = members.map(([first = 0]) =>
    Array.from(toMillionths((runs[first] as ResultRow).mixture), (millionths) => Number(millionths) / 1e6),
  );
  const capacities = Float64Array.from(members, ([first = 0]) => runs[first]?.capacity ?? 0);
  const values = Array.from({ length: targets }, () => new Float64Array(members.length));
  const noise = new Float64Array(targets);
  let freedom = 0;
  members.forEach((group, r) => {
    freedom += group.length - 1;
    for (const i of group) rowOf[i] = r;
  });
  for (let t = 0; t < targets; t++) {
    let squares = 0;
    members.forEach((group, r) => {
      const results = group.map((i) => (runs[i] as ResultRow).values[t] as number);
      const centre = results.reduce((a, b) => a + b, 0) / results.length;
      (values[t] as Float64Array)[r] = centre;
      for (const result of results) squares += (result - centre) ** 2;
    });
    noise[t] = freedom > 0 ? Math.sqrt(squares / freedom) : 0;
  }
  return {
    weights: mixtures.length > 0 ? fromRows(mixtures) : { rows: 0, cols: domains, data: new Float64Array(0) },
    values,
    rowOf,
    noise,
    ...(new Set(capacities).size > 1 && { capacities }),
  };
}
