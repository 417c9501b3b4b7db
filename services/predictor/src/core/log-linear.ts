import { cholesky, choleskySolve, dot, type Matrix, mean, type Random, row, variance, zeros } from "@climb/numeric";

/**
 * The mixing law L(w) = c + exp(k + t·w) (Ye et al., arXiv 2403.16952, equation 6; Olmix, arXiv 2602.12237): an
 * irreducible
 * loss c and an exponential in the weights.
 */
export interface LogLinearLaw {
  c: number;
  k: number;
  t: Float64Array;
}

export interface LogLinearOptions {
  /** Ridge strength on t, see {@link fitLogLinear}. */
  lambda: number;
  /** Starting points, at least 1: c at 0, 0.5 and 0.9 of its bound, any further ones random. */
  starts: number;
  maxIterations: number;
}

export const defaultLogLinear: LogLinearOptions = { lambda: 0.01, starts: 3, maxIterations: 60 };

/** Beyond these exponents the law is flat: nothing overflows however far a search goes. */
const maxExponent = 30;

export function evaluateLaw(law: LogLinearLaw, weights: ArrayLike<number>): number {
  return law.c + Math.exp(clip(law.k + dot(law.t, weights)));
}

/** ∂L/∂w, one entry per domain. */
export function lawGradient(law: LogLinearLaw, weights: ArrayLike<number>): Float64Array {
  const z = law.k + dot(law.t, weights);
  const slope = Math.abs(z) < maxExponent ? Math.exp(z) : 0;
  return law.t.map((t) => t * slope);
}

/**
 * Least squares with Levenberg-Marquardt from several starts: minimises Σ (L(w_i) − y_i)² / s² + λ·m·|t|² over
 * 0 ≤ c < min(y), s² the variance of y, m the domains. The penalty also settles the direction t + a, k − a that a
 * simplex leaves free.
 * @param weights n × m, rows on the simplex
 * @param nearby a fit of the same rows at another strength; then it and the first start are enough
 * @throws RangeError if the values are constant.
 */
export function fitLogLinear(
  weights: Matrix,
  values: Float64Array,
  random: Random,
  options: LogLinearOptions = defaultLogLinear,
  nearby?: LogLinearLaw,
): LogLinearLaw {
  const scale = variance(values);
  if (!(scale > 0)) throw new RangeError("all values are equal, so a law of the weights cannot be told");
  const penalty = options.lambda * weights.cols * scale;
  const least = values.reduce((a, b) => Math.min(a, b));
  const top = least > 0 ? least * (1 - 1e-4) : 0;
  const problem: Problem = { weights, values, penalty, top: Math.min(top, least - 1e-3 * Math.sqrt(scale)) };
  let best = nearby && descend(problem, nearby, options.maxIterations);
  for (let start = 0; start < (nearby ? 1 : options.starts); start++) {
    const found = descend(problem, startingLaw(problem, start, random), options.maxIterations);
    if (!best || found.cost < best.cost) best = found;
  }
  return (best as { law: LogLinearLaw }).law;
}

interface Problem {
  weights: Matrix;
  values: Float64Array;
  penalty: number;
  /** Largest c allowed. Negative when values are: then c is held there, below every value. */
  top: number;
}

/** For a chosen c the law is linear in log(L − c): ridge there gives k and t. */
function startingLaw(problem: Problem, start: number, random: Random): LogLinearLaw {
  const share = start === 0 ? 0 : start === 1 ? 0.5 : start === 2 ? 0.9 : random.float();
  const c = problem.top > 0 ? share * problem.top : problem.top;
  const { weights } = problem;
  const logs = problem.values.map((value) => Math.log(Math.max(value - c, 1e-12)));
  const centre = mean(logs);
  const m = weights.cols;
  const normal = zeros(m, m);
  const right = new Float64Array(m);
  for (let i = 0; i < weights.rows; i++) {
    const w = row(weights, i);
    for (let a = 0; a < m; a++) {
      right[a] = (right[a] as number) + (w[a] as number) * ((logs[i] as number) - centre);
      for (let b = 0; b <= a; b++)
        normal.data[a * m + b] = (normal.data[a * m + b] as number) + (w[a] as number) * (w[b] as number);
    }
  }
  mirror(normal);
  for (let a = 0; a < m; a++) normal.data[a * m + a] = (normal.data[a * m + a] as number) + 0.05;
  const t = choleskySolve(cholesky(normal), right);
  return { c, k: centre, t: start < 3 ? t : t.map((value) => value * (0.5 + random.float())) };
}

/** Levenberg-Marquardt in (c, k, t), c held at a bound when the step would leave it. */
function descend(problem: Problem, start: LogLinearLaw, maxIterations: number): { law: LogLinearLaw; cost: number } {
  let law = start;
  let cost = costOf(problem, law);
  let damping = 1e-2;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const { normal, gradient } = normalEquations(problem, law);
    let improved = false;
    for (let attempt = 0; attempt < 8 && !improved; attempt++) {
      const next = step(problem, law, normal, gradient, damping);
      const nextCost = costOf(problem, next);
      if (nextCost < cost) {
        const gain = (cost - nextCost) / cost;
        [law, cost, improved] = [next, nextCost, true];
        damping = Math.max(damping / 5, 1e-9);
        if (gain < 1e-7) return { law, cost };
      } else damping *= 4;
    }
    if (!improved) break;
  }
  return { law, cost };
}

function costOf(problem: Problem, law: LogLinearLaw): number {
  let cost = problem.penalty * dot(law.t, law.t);
  for (let i = 0; i < problem.values.length; i++) {
    cost += (evaluateLaw(law, row(problem.weights, i)) - (problem.values[i] as number)) ** 2;
  }
  return cost;
}

function normalEquations(problem: Problem, law: LogLinearLaw): { normal: Matrix; gradient: Float64Array } {
  const m = problem.weights.cols;
  const size = m + 2;
  const normal = zeros(size, size);
  const gradient = new Float64Array(size);
  const jacobian = new Float64Array(size);
  for (let i = 0; i < problem.values.length; i++) {
    const w = row(problem.weights, i);
    const z = law.k + dot(law.t, w);
    const growth = Math.exp(clip(z));
    const slope = Math.abs(z) < maxExponent ? growth : 0;
    const residual = law.c + growth - (problem.values[i] as number);
    jacobian[0] = 1;
    jacobian[1] = slope;
    for (let j = 0; j < m; j++) jacobian[j + 2] = slope * (w[j] as number);
    for (let a = 0; a < size; a++) {
      const value = jacobian[a] as number;
      if (value === 0) continue;
      gradient[a] = (gradient[a] as number) + value * residual;
      const base = a * size;
      for (let b = 0; b <= a; b++)
        normal.data[base + b] = (normal.data[base + b] as number) + value * (jacobian[b] as number);
    }
  }
  for (let a = 2; a < size; a++) {
    gradient[a] = (gradient[a] as number) + problem.penalty * (law.t[a - 2] as number);
    normal.data[a * size + a] = (normal.data[a * size + a] as number) + problem.penalty;
  }
  mirror(normal);
  return { normal, gradient };
}

function step(
  problem: Problem,
  law: LogLinearLaw,
  normal: Matrix,
  gradient: Float64Array,
  damping: number,
): LogLinearLaw {
  const size = gradient.length;
  const upper = Math.max(problem.top, 0);
  const atBound =
    problem.top <= 0 || (law.c <= 0 && (gradient[0] as number) > 0) || (law.c >= upper && (gradient[0] as number) < 0);
  const damped: Matrix = { rows: size, cols: size, data: Float64Array.from(normal.data) };
  const right = gradient.map((value) => -value);
  for (let a = 0; a < size; a++) {
    const at = a * size + a;
    damped.data[at] = (damped.data[at] as number) * (1 + damping) + 1e-12;
  }
  if (atBound) {
    for (let a = 0; a < size; a++) {
      damped.data[a] = 0;
      damped.data[a * size] = 0;
    }
    damped.data[0] = 1;
    right[0] = 0;
  }
  const delta = choleskySolve(cholesky(damped), right);
  return {
    c: problem.top <= 0 ? law.c : Math.min(upper, Math.max(0, law.c + (delta[0] as number))),
    k: law.k + (delta[1] as number),
    t: law.t.map((value, j) => value + (delta[j + 2] as number)),
  };
}

function mirror(lower: Matrix): void {
  for (let a = 0; a < lower.rows; a++) {
    for (let b = 0; b < a; b++) lower.data[b * lower.cols + a] = lower.data[a * lower.cols + b] as number;
  }
}

function clip(z: number): number {
  return Math.max(-maxExponent, Math.min(maxExponent, z));
}
