import { availableParallelism } from "node:os";
import { platformConfig } from "@climb/ports";
import type { z } from "zod";

/** The environment variables of the predictor service. */
export const predictorConfig = platformConfig;

export type PredictorConfig = z.infer<typeof predictorConfig>;

/** Worker threads to start. */
export function workerCount(config: Pick<PredictorConfig, "CLIMB_WORKERS">): number {
  return config.CLIMB_WORKERS || availableParallelism();
}
