import { normalise, type Random } from "@climb/numeric";
import { type Feasible, makeFeasible } from "./constraints.js";

/** A mixture and the reason why it is a candidate, for people. */
export interface Candidate {
  mixture: Float64Array;
  origin: string;
}

/** p^power over its sum: 0.5 keeps rare domains in play (the published scripts of CLIMB). */
export function temper(prior: ArrayLike<number>, power = 0.5): Float64Array {
  return normalise(Float64Array.from(prior, (p) => p ** power));
}

/** Log-spaced strengths, `count` of them from low to high. */
export function strengthLadder(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (count > 1 ? i / (count - 1) : 0));
}

/**
 * Candidates around the tempered prior: Dirichlet(m · s · p^0.5/Z) with s from 0.3 to 5 in turn. The factor m is what
 * the
 * published sampler lacks: its Dirichlets have about two effective domains.
 */
export function priorCandidates(set: Feasible, count: number, random: Random): Candidate[] {
  const base = temper(set.prior);
  const ladder = strengthLadder(0.3, 5, 9);
  return Array.from({ length: count }, (_, i) => {
    const strength = ladder[i % ladder.length] as number;
    const alpha = base.map((p) => base.length * strength * p);
    return { mixture: makeFeasible(random.dirichlet(alpha), set), origin: `prior, strength ${strength.toFixed(1)}` };
  });
}

/** Candidates around uniform weights, Dirichlet(1) and Dirichlet(2) in turn. */
export function balancedCandidates(set: Feasible, count: number, random: Random): Candidate[] {
  return Array.from({ length: count }, (_, i) => {
    const alpha = new Float64Array(set.prior.length).fill(1 + (i % 2));
    return { mixture: makeFeasible(random.dirichlet(alpha), set), origin: "balanced" };
  });
}

/**
 * Candidates near a mixture: weights times log-normal factors of several widths, absent domains given a small chance.
 */
export function neighbours(
  of: ArrayLike<number>,
  set: Feasible,
  count: number,
  random: Random,
  origin: string,
): Candidate[] {
  const widths = [0.15, 0.3, 0.6, 1];
  return Array.from({ length: count }, (_, i) => {
    const width = widths[i % widths.length] as number;
    const moved = Float64Array.from(
      of,
      (w, j) => (w + 0.02 * width * (set.prior[j] as number)) * Math.exp(width * random.normal()),
    );
    return { mixture: makeFeasible(normalise(moved), set), origin };
  });
}

/**
 * The paper's candidates: Dirichlet(s · p^0.5/Z), s log-spaced from 0.1 to 5 in 15 steps, a draw with w_j > 15 · p_j
 * rejected
 * (arXiv 2504.13161 and its published scripts). After 50 rejections a draw is taken as it comes.
 */
export function paperCandidates(set: Feasible, count: number, random: Random): Candidate[] {
  const base = temper(set.prior);
  const ladder = strengthLadder(0.1, 5, 15);
  return Array.from({ length: count }, (_, i) => {
    const alpha = base.map((p) => p * (ladder[i % ladder.length] as number));
    let draw = random.dirichlet(alpha);
    for (let tries = 0; tries < 50 && draw.some((w, j) => w > 15 * (set.prior[j] as number)); tries++)
      draw = random.dirichlet(alpha);
    return { mixture: makeFeasible(draw, set), origin: "Dirichlet draw" };
  });
}
