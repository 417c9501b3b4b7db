import { serveTasks } from "@climb/runtime/worker";
import { openTimedTrainer, type TimedTrainer } from "./timed-trainer.js";

/** One trainer a thread, kept between stretches: opening it is not what is timed. */
let trainer: TimedTrainer | undefined;

const tasks = {
  async stretch({ preset, ms }: { preset: string; ms: number }): Promise<number> {
    trainer ??= await openTimedTrainer(preset);
    return trainer.stretch(ms);
  },
};

export type Tasks = typeof tasks;

serveTasks(tasks);
