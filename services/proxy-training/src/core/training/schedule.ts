import type { ProxyModel } from "../presets.js";

/** Share of the steps that decay in warm-up, stable, decay (arXiv 2404.06395, section 4). */
const DECAY_SHARE = 0.2;
/** A cosine ends at this share of the peak. */
const COSINE_FLOOR = 0.1;

/** The learning rate of a step, 0 ≤ step < steps. Warm-up never takes more than a tenth of a run; a decay has none. */
export function learningRateAt(
  { learningRate, warmupSteps, schedule }: Pick<ProxyModel, "learningRate" | "warmupSteps" | "schedule">,
  step: number,
  steps: number,
): number {
  if (schedule === "decay") return learningRate * ((steps - step) / steps);
  const warmup = Math.min(warmupSteps, Math.floor(steps / 10));
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  if (schedule === "constant") return learningRate;
  if (schedule === "cosine") {
    const progress = (step - warmup) / Math.max(1, steps - warmup);
    return learningRate * (COSINE_FLOOR + (1 - COSINE_FLOOR) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
  const decayStart = Math.floor(steps * (1 - DECAY_SHARE));
  return step < decayStart ? learningRate : learningRate * ((steps - step) / (steps - decayStart));
}
