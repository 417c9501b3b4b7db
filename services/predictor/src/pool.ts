import { createWorkerPool, type WorkerPool, workerUrl } from "@climb/runtime";
import type { Task, TaskResult } from "./tasks.js";

/** The service's threads. Each task's result has the type that belongs to it. */
export interface PredictorPool {
  run<T extends Task>(task: T, options?: { signal?: AbortSignal }): Promise<TaskResult<T>>;
  close(): Promise<void>;
}

export function createPredictorPool(size: number): PredictorPool {
  const pool: WorkerPool<Task, TaskResult<Task>> = createWorkerPool({
    url: workerUrl(import.meta.url, "./worker.js"),
    size,
  });
  return {
    run: async <T extends Task>(task: T, options?: { signal?: AbortSignal }) =>
      (await pool.run(task, options)) as TaskResult<T>,
    close: () => pool.close(),
  };
}
