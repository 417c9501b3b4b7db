import { availableParallelism } from "node:os";
import { baseConfig } from "@climb/runtime";
import type { z } from "zod";

/** The environment variables of the predictor service. */
export const predictorConfig = baseConfig;

export type PredictorConfig = z.infer<typeof predictorConfig>;

/** Worker threads to start. */
export function workerCount(config: Pick<PredictorConfig, "CLIMB_WORKERS">): number {
  return config.CLIMB_WORKERS || availableParallelism();
}
