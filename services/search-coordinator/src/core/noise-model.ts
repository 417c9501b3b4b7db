import { cholesky, choleskySolve, dot, mean, type Noise, pooledNoise, zeros } from "@climb/numeric";

/** Runs of one mixture that differ in their seeds alone. */
export interface Replicates {
  mixture: readonly number[];
  /** One for each seed. */
  values: readonly number[];
}

/** The spread between seeds, as it depends on the mixture. */
export interface NoiseModel {
  at(mixture: readonly number[]): Noise;
  /** Pooled over all mixtures. */
  pooled: Noise;
  /** Whether mixtures differ in it, as far as can be told; if not, it is the pooled one everywhere. */
  differs: boolean;
}

/** What a mixture's own seeds say. */
interface Spread {
  mixture: readonly number[];
  /** Sample variance. */
  variance: number;
  degreesOfFreedom: number;
}

/** Fewest mixtures with several seeds by which differences between them can be told from chance. */
const FEWEST_MIXTURES = 5;
/** Variance of log σ² between mixtures before anything is known: a standard deviation is then within 0.6 and 1.6 of another. */
const PRIOR_VARIANCE = 1;
/** Nats of likelihood of held-out mixtures that a varying noise must be better by. */
const LEAST_GAIN = 3;
const MAX_ITERATIONS = 40;
/** Change of a log σ² at which a fit has ended. */
const TOLERANCE = 1e-4;

/**
 * Noise as a function of the mixture: log σ² is linear in the weights with a Gaussian prior that pulls it to the pooled
 * one, fitted to sample variances s² ~ σ² χ²_ν / ν by Fisher scoring (a generalised linear model with gamma errors;
 * McCullagh and Nelder, Generalized Linear Models, section 8). It is used only where it tells the variance of mixtures
 * that it has not seen better than the pooled one does.
 */
export function noiseModel(groups: readonly Replicates[]): NoiseModel {
  const pooled = pooledNoise(groups.map(({ values }) => values));
  const spreads = groups.flatMap(({ mixture, values }): Spread[] => {
    if (values.length < 2) return [];
    const { standardDeviation, degreesOfFreedom } = pooledNoise([values]);
    return [{ mixture, variance: standardDeviation ** 2, degreesOfFreedom }];
  });
  const constant = { at: () => pooled, pooled, differs: false };
  if (spreads.length < FEWEST_MIXTURES || !(pooled.standardDeviation > 0)) return constant;
  const gain = spreads.reduce((sum, left) => {
    const others = spreads.filter((spread) => spread !== left);
    return (
      sum + logLikelihood(left, fitSpread(others).logVariance(left.mixture)) - logLikelihood(left, pooledLog(others))
    );
  }, 0);
  if (!(gain > LEAST_GAIN)) return constant;
  const fit = fitSpread(spreads);
  const degreesOfFreedom = Math.max(1, pooled.degreesOfFreedom - fit.parameters);
  return {
    at: (mixture) => ({ standardDeviation: Math.exp(fit.logVariance(mixture) / 2), degreesOfFreedom }),
    pooled,
    differs: true,
  };
}

/** The noise by which the difference of two means has the standard error √(σ_a²/n + σ_b²/m). */
export function betweenNoise(a: Noise, n: number, b: Noise, m: number): Noise {
  const variance = a.standardDeviation ** 2 / n + b.standardDeviation ** 2 / m;
  return {
    standardDeviation: Math.sqrt(variance / (1 / n + 1 / m)),
    degreesOfFreedom: Math.min(a.degreesOfFreedom, b.degreesOfFreedom),
  };
}

/** Of a sample variance, up to what does not depend on log σ². */
function logLikelihood({ variance, degreesOfFreedom }: Spread, logVariance: number): number {
  return (-degreesOfFreedom / 2) * (logVariance + variance * Math.exp(-logVariance));
}

function pooledLog(spreads: readonly Spread[]): number {
  const squares = spreads.reduce((sum, { variance, degreesOfFreedom }) => sum + variance * degreesOfFreedom, 0);
  const all = spreads.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
  return Math.log(Math.max(squares / all, Number.MIN_VALUE));
}

interface SpreadFit {
  logVariance(mixture: readonly number[]): number;
  /** Parameters that the data have determined, beside the mean. */
  parameters: number;
}

/** Fits by the kernel of the mixtures, (mixtures)², which are far fewer than domains may be. */
function fitSpread(spreads: readonly Spread[]): SpreadFit {
  const n = spreads.length;
  const centre = Array.from(spreads[0]?.mixture ?? [], (_, j) =>
    mean(spreads.map(({ mixture }) => mixture[j] as number)),
  );
  const centred = (mixture: readonly number[]) => mixture.map((weight, j) => weight - (centre[j] as number));
  const points = spreads.map(({ mixture }) => centred(mixture));
  const scale = mean(points.map((point) => dot(point, point))) || 1;
  const kernel = (a: readonly number[], b: readonly number[]) => (PRIOR_VARIANCE * dot(a, b)) / scale;
  const rows = points.map((a) => points.map((b) => kernel(a, b)));
  const covariance = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) covariance.data[i * n + j] = rows[i]?.[j] as number;
    // Fisher's information on log σ² in a sample variance is ν / 2, whatever σ² is.
    covariance.data[i * n + i] = (rows[i]?.[i] as number) + 2 / (spreads[i] as Spread).degreesOfFreedom;
  }
  const factor = cholesky(covariance);
  const solve = (values: ArrayLike<number>) => choleskySolve(factor, Float64Array.from(values));
  const ones = solve(new Float64Array(n).fill(1));
  const total = ones.reduce((sum, value) => sum + value, 0);
  let logs = new Array<number>(n).fill(pooledLog(spreads));
  let level = logs[0] as number;
  let weights: Float64Array = new Float64Array(n);
  for (let step = 0; step < MAX_ITERATIONS; step++) {
    // One variance that is many times what is expected must not throw the next step off.
    const working = logs.map((log, i) => log + Math.min(2, (spreads[i] as Spread).variance * Math.exp(-log) - 1));
    level = dot(ones, working) / total;
    weights = solve(working.map((value) => value - level));
    const next = rows.map((row) => level + dot(row, weights));
    const moved = Math.max(...next.map((log, i) => Math.abs(log - (logs[i] as number))));
    logs = logs.map((log, i) => (log + (next[i] as number)) / 2);
    if (moved < TOLERANCE) break;
  }
  const parameters = rows.reduce((sum, row, i) => sum + ((solve(row)[i] as number) ?? 0), 0);
  return {
    logVariance(mixture) {
      const point = centred(mixture);
      return level + points.reduce((sum, known, i) => sum + kernel(known, point) * (weights[i] as number), 0);
    },
    parameters,
  };
}
