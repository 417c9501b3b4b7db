import type { WorkerPool } from "@climb/runtime";
import type { RunProgressMessage } from "./tasks/run.js";
import type { Result, Task, Tasks } from "./worker.js";

/** Runs a task of one kind in a worker thread. */
export type Compute = <Kind extends keyof Tasks>(
  kind: Kind,
  task: Tasks[Kind]["task"],
  options: { signal: AbortSignal; onProgress?: (message: RunProgressMessage) => void },
) => Promise<Tasks[Kind]["result"]>;

export function computeWith(pool: WorkerPool<Task, Result, RunProgressMessage>): Compute {
  return (kind, task, options) => pool.run({ kind, task } as Task, options) as Promise<never>;
}
