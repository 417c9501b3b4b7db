import { baseConfig } from "@climb/runtime";
import { z } from "zod";

export const trainingConfig = baseConfig.extend({
  CLIMB_CHECKPOINT_MS: z.coerce.number().int().positive().default(20_000).describe("time between checkpoints of a run"),
  CLIMB_ROLE: z
    .enum(["all", "api", "worker"])
    .default("all")
    .describe("api answers calls, worker works through the queues, all does both"),
});

export type TrainingConfig = z.infer<typeof trainingConfig>;
