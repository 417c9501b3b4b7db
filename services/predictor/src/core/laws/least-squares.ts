import { cholesky, choleskySolve, gram, type Matrix, row, zeros } from "@climb/numeric";

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
  let [here, there] = [startingPlace(problem), startingPlace(problem)];
  evaluate(problem, bounded(problem, start), here);
  let damping = 1e-2;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const { normal, gradient } = normalEquations(problem, here);
    let improved = false;
    for (let attempt = 0; attempt < 8 && !improved; attempt++) {
      evaluate(problem, step(problem, here.parameters, normal, gradient, damping), there);
      if (there.cost < here.cost) {
        const gain = (here.cost - there.cost) / here.cost;
        [here, there, improved] = [there, here, true];
        damping = Math.max(damping / 5, 1e-9);
        if (gain < LEAST_GAIN) return { parameters: here.parameters, cost: here.cost };
      } else damping *= 4;
    }
    if (!improved) break;
  }
  return { parameters: here.parameters, cost: here.cost };
}

/** All that is known of the problem at some parameters. */
interface Place {
  parameters: Float64Array;
  cost: number;
  residuals: Float64Array;
  /** rows × parameters. */
  jacobian: Matrix;
  /** Views of the rows of the Jacobian. */
  derivatives: Float64Array[];
}

function startingPlace({ rows, lower }: LeastSquares): Place {
  const jacobian = zeros(rows, lower.length);
  return {
    parameters: lower,
    cost: Number.POSITIVE_INFINITY,
    residuals: new Float64Array(rows),
    jacobian,
    derivatives: Array.from({ length: rows }, (_, i) => row(jacobian, i)),
  };
}

/** Most steps are taken, so the derivatives are made at once. */
function evaluate(problem: LeastSquares, parameters: Float64Array, into: Place): void {
  let cost = 0;
  for (let a = 0; a < parameters.length; a++) {
    cost += (problem.strengths[a] as number) * ((parameters[a] as number) - (problem.centres[a] as number)) ** 2;
  }
  for (let i = 0; i < problem.rows; i++) {
    const residual = problem.residual(parameters, i, into.derivatives[i]);
    into.residuals[i] = residual;
    cost += residual * residual;
  }
  into.parameters = parameters;
  into.cost = cost;
}

function normalEquations(problem: LeastSquares, { parameters, residuals, jacobian, derivatives }: Place) {
  const size = parameters.length;
  const normal = gram(jacobian);
  const gradient = new Float64Array(size);
  derivatives.forEach((row, i) => {
    const residual = residuals[i] as number;
    for (let a = 0; a < size; a++) gradient[a] = (gradient[a] as number) + (row[a] as number) * residual;
  });
  for (let a = 0; a < size; a++) {
    const strength = problem.strengths[a] as number;
    const away = (parameters[a] as number) - (problem.centres[a] as number);
    gradient[a] = (gradient[a] as number) + strength * away;
    normal.data[a * size + a] = (normal.data[a * size + a] as number) + strength;
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
  const damped: Matrix = { rows: size, cols: size, data: normal.data.slice() };
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
