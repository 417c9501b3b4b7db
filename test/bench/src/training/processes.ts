import { fork } from "node:child_process";
import { workerUrl } from "@climb/runtime";
import type { TrainingSpeed } from "./measure.js";

export type { TrainingSpeed } from "./measure.js";

export const BENCHMARK_PRESETS = ["nano", "tiny", "small", "medium"] as const;

/**
 * Measures each preset in a process of its own, one after the other.
 * @throws Error with what a process said if it ended without figures
 */
export async function measurePresets(options: {
  presets?: readonly string[];
  /** Seconds of each of the measurements of a preset. */
  seconds?: number;
  onPreset?: (preset: string) => void;
}): Promise<Record<string, TrainingSpeed>> {
  const { presets = BENCHMARK_PRESETS, seconds = 5, onPreset } = options;
  const speeds: Record<string, TrainingSpeed> = {};
  for (const preset of presets) {
    onPreset?.(preset);
    speeds[preset] = await measureInProcess(preset, seconds);
  }
  return speeds;
}

function measureInProcess(preset: string, seconds: number): Promise<TrainingSpeed> {
  return new Promise((resolve, reject) => {
    const child = fork(workerUrl(import.meta.url, "./process.js"), [preset, String(seconds)], { stdio: "inherit" });
    let speed: TrainingSpeed | undefined;
    child.on("message", (message) => {
      speed = message as TrainingSpeed;
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (speed) resolve(speed);
      else reject(new Error(`measuring ${preset} ended with ${signal ?? `code ${code}`} and no figures`));
    });
  });
}
