import { difference, type Estimate, pooledNoise } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { RunRole } from "./events.js";
import { seedGroups } from "./replicates.js";

/** A run that succeeded, as far as the gain needs it. */
export interface MeasuredRun {
  role: RunRole;
  origin: string;
  mixture: number[];
  seed: number;
  objective: number;
}

/**
 * By how much the best run so far lies below the proportional one, in weighted mean bits per byte, with the 90 % interval
 * that the spread between seeds gives two single runs. It flatters: the best of many is best by luck too, and only fresh
 * seeds tell by how much.
 * @returns undefined before the proportional mixture was trained; bounds are NaN before any mixture was trained with two seeds
 */
export function gainSoFar(runs: readonly MeasuredRun[]): Estimate | undefined {
  // These share the exploring seed, and can be compared with each other.
  const explored = runs.filter(({ role }) => role === "explore" || role === "baseline");
  const proportional = explored.find(({ role, origin }) => role === "baseline" && origin === "proportional");
  if (!proportional) return undefined;
  const best = explored.reduce((least, run) => (run.objective < least.objective ? run : least), proportional);
  if (best === proportional) return { mean: 0, lower: 0, upper: 0, runs: 1 };
  const again = seedGroups(runs.filter(({ role }) => role === "replicate" || role === "confirm"));
  const repeated = runs.filter(({ mixture }) => again.some(([one]) => one && sameMixture(one.mixture, mixture)));
  const noise = pooledNoise(seedGroups(repeated).map((group) => group.map(({ objective }) => objective)));
  const gain = difference([proportional.objective], [best.objective], noise);
  return noise.degreesOfFreedom > 0 ? gain : { ...gain, lower: Number.NaN, upper: Number.NaN };
}
