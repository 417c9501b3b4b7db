import { baseConfig } from "@climb/runtime";
import { z } from "zod";

export const trainingConfig = baseConfig.extend({
  CLIMB_CHECKPOINT_MS: z.coerce.number().int().positive().default(20_000).describe("time between checkpoints of a run"),
  CLIMB_STEPS_PER_CALL: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe("training steps in one call of ONNX Runtime; 0: one on the CPU, eight elsewhere"),
  CLIMB_ROLE: z
    .enum(["all", "api", "worker"])
    .default("all")
    .describe("api answers calls, worker works through the queues, all does both"),
});

export type TrainingConfig = z.infer<typeof trainingConfig>;
