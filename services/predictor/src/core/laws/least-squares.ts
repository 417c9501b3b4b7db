import { cholesky, choleskySolve, type Matrix, zeros } from "@climb/numeric";

/** A nonlinear least-squares problem with a ridge and bounds: minimises Σ residual² + Σ strength · (p − centre)². */
export interface LeastSquares {
  rows: number;
  /** One entry for each parameter, as have all the arrays below. */
  lower: Float64Array;
  upper: Float64Array;
  strengths: Float64Array;
  centres: Float64Array;
  /** The residual of a row; fills in its derivatives where it is given a place for them. */
  residual(parameters: Float64Array, row: number, derivatives?: Float64Array): number;
}

export interface Minimum {
  parameters: Float64Array;
  cost: number;
}

/** A step that gains less than this share of the cost is the last one. */
const LEAST_GAIN = 1e-7;

/**
 * Levenberg-Marquardt (Marquardt, 1963) from a starting point. A parameter at a bound that would leave it is held there
 * for the step; others are cut at theirs.
 */
export function minimise(problem: LeastSquares, start: Float64Array, maxIterations: number): Minimum {
  let parameters = bounded(problem, start);
  let cost = costOf(problem, parameters);
  let damping = 1e-2;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const { normal, gradient } = normalEquations(problem, parameters);
    let improved = false;
    for (let attempt = 0; attempt < 8 && !improved; attempt++) {
      const next = step(problem, parameters, normal, gradient, damping);
      const nextCost = costOf(problem, next);
      if (nextCost < cost) {
        const gain = (cost - nextCost) / cost;
        [parameters, cost, improved] = [next, nextCost, true];
        damping = Math.max(damping / 5, 1e-9);
        if (gain < LEAST_GAIN) return { parameters, cost };
      } else damping *= 4;
    }
    if (!improved) break;
  }
  return { parameters, cost };
}

function costOf(problem: LeastSquares, parameters: Float64Array): number {
  let cost = 0;
  parameters.forEach((value, a) => {
    cost += (problem.strengths[a] as number) * (value - (problem.centres[a] as number)) ** 2;
  });
  for (let i = 0; i < problem.rows; i++) cost += problem.residual(parameters, i) ** 2;
  return cost;
}

function normalEquations(problem: LeastSquares, parameters: Float64Array) {
  const size = parameters.length;
  const normal = zeros(size, size);
  const gradient = new Float64Array(size);
  const derivatives = new Float64Array(size);
  for (let i = 0; i < problem.rows; i++) {
    const residual = problem.residual(parameters, i, derivatives);
    for (let a = 0; a < size; a++) {
      const value = derivatives[a] as number;
      if (value === 0) continue;
      gradient[a] = (gradient[a] as number) + value * residual;
      const base = a * size;
      for (let b = 0; b <= a; b++)
        normal.data[base + b] = (normal.data[base + b] as number) + value * (derivatives[b] as number);
    }
  }
  for (let a = 0; a < size; a++) {
    const strength = problem.strengths[a] as number;
    const away = (parameters[a] as number) - (problem.centres[a] as number);
    gradient[a] = (gradient[a] as number) + strength * away;
    normal.data[a * size + a] = (normal.data[a * size + a] as number) + strength;
    for (let b = 0; b < a; b++) normal.data[b * size + a] = normal.data[a * size + b] as number;
  }
  return { normal, gradient };
}

function step(
  problem: LeastSquares,
  parameters: Float64Array,
  normal: Matrix,
  gradient: Float64Array,
  damping: number,
): Float64Array {
  const size = gradient.length;
  const damped: Matrix = { rows: size, cols: size, data: Float64Array.from(normal.data) };
  const right = gradient.map((value) => -value);
  for (let a = 0; a < size; a++) {
    const [at, value, slope] = [a * size + a, parameters[a] as number, gradient[a] as number];
    damped.data[at] = (damped.data[at] as number) * (1 + damping) + 1e-12;
    const held =
      (value <= (problem.lower[a] as number) && slope > 0) || (value >= (problem.upper[a] as number) && slope < 0);
    if (!held) continue;
    for (let b = 0; b < size; b++) {
      damped.data[a * size + b] = 0;
      damped.data[b * size + a] = 0;
    }
    damped.data[at] = 1;
    right[a] = 0;
  }
  const delta = choleskySolve(cholesky(damped), right);
  return bounded(
    problem,
    parameters.map((value, a) => value + (delta[a] as number)),
  );
}

function bounded({ lower, upper }: LeastSquares, parameters: Float64Array): Float64Array {
  return parameters.map((value, a) => Math.min(upper[a] as number, Math.max(lower[a] as number, value)));
}
