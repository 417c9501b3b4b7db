import { serveTasks } from "@climb/runtime/worker";
import { openTimedTrainer, type TimedTrainer } from "./timed-trainer.js";

export interface StretchTask {
  preset: string;
  ms: number;
}

// One trainer a thread, kept between stretches: opening it is not what is timed.
let trainer: TimedTrainer | undefined;

serveTasks<StretchTask, number>(async ({ preset, ms }) => {
  trainer ??= await openTimedTrainer(preset);
  return trainer.stretch(ms);
});
