import type { EmbeddingTaskContext } from "./task.js";

/** Ends a task that was told to stop. The pool replaces the error by the reason of the stop. */
export function stopIf(context: EmbeddingTaskContext): void {
  if (context.aborted()) throw new Error("the task was told to stop");
}
