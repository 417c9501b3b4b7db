import type { JobState } from "@climb/proto/common/v1/job";
import type { CheckOutcome, RunRole, SearchPhase, Strategy } from "@climb/proto/search/v1/search_service";
import type { Activation, Schedule } from "@climb/proto/training/v1/training_service";

/** Of every long-running resource. */
export const STATES: Record<JobState, string> = {
  0: "unknown",
  1: "waiting",
  2: "running",
  3: "succeeded",
  4: "failed",
  5: "cancelled",
};

export const PHASES: Record<SearchPhase, string> = {
  0: "starting",
  1: "embedding the corpus",
  2: "finding domains",
  3: "tokenising",
  4: "training proxies",
  5: "confirming with fresh seeds",
  6: "writing",
  7: "done",
};

export const ROLES: Record<RunRole, string> = {
  0: "unknown",
  1: "explore",
  2: "baseline",
  3: "confirm",
  4: "replicate",
  5: "component",
  6: "smaller",
};

export const STRATEGIES: Record<Strategy, string> = {
  0: "climb",
  1: "climb",
  2: "climb-paper",
  3: "regmix",
  4: "doremi",
  5: "random",
  6: "proportional",
  7: "uniform",
  8: "zero-run",
  9: "unimax",
  10: "merge",
  11: "gradient",
};

export const OUTCOMES: Record<CheckOutcome, string> = { 0: "unknown", 1: "pass", 2: "look", 3: "fail" };

export const SCHEDULES: Record<Schedule, string> = {
  0: "",
  1: "cosine",
  2: "warm-up, stable, decay",
  3: "warm-up, then constant",
  4: "decay alone",
};

export const ACTIVATIONS: Record<Activation, string> = { 0: "", 1: "squared ReLU", 2: "SwiGLU" };

/** Whether a resource in this state changes no more. */
export function hasEnded(state: JobState | undefined): boolean {
  return state !== undefined && state >= 3;
}
