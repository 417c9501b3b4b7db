import { platformConfig } from "@climb/ports";
import { executionProviders } from "@climb/runtime";
import { z } from "zod";

/** The environment variables of proxy training. */
export const trainingConfig = platformConfig.extend({
  CLIMB_EXECUTION_PROVIDERS: executionProviders,
  CLIMB_CHECKPOINT_MS: z.coerce.number().int().positive().default(20_000).describe("time between checkpoints of a run"),
  CLIMB_STEPS_PER_CALL: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe("training steps in one call of ONNX Runtime; 0: one on the CPU, eight elsewhere"),
});

export type TrainingConfig = z.infer<typeof trainingConfig>;
