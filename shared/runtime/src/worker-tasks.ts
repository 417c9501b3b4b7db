import { parentPort, workerData } from "node:worker_threads";
import { type ErrorKind, ServiceError } from "./errors.js";

/** What a worker thread answers. */
export type Reply<Result, Progress> =
  | { type: "progress"; progress: Progress }
  | { type: "done"; result: Result }
  | { type: "failed"; error: unknown; service?: { kind: ErrorKind; reason: string; metadata: Record<string, string> } };

/** What a task may use while it runs. */
export interface TaskContext<Progress> {
  /** Whether the task was told to stop; cheap enough for the inside of a loop. */
  aborted(): boolean;
  progress(progress: Progress): void;
}

/** Called once by a worker module: runs each task that the pool sends. */
export function serveTasks<Task, Result, Progress = never>(
  handler: (task: Task, context: TaskContext<Progress>) => Promise<Result> | Result,
): void {
  const port = parentPort;
  if (!port) throw new Error("serveTasks is for worker threads");
  const { abortFlag } = workerData as { abortFlag: Int32Array };
  const reply = (message: Reply<Result, Progress>) => port.postMessage(message);
  const context: TaskContext<Progress> = {
    aborted: () => Atomics.load(abortFlag, 0) === 1,
    progress: (progress) => reply({ type: "progress", progress }),
  };
  port.on("message", async (task: Task) => {
    try {
      reply({ type: "done", result: await handler(task, context) });
    } catch (error) {
      reply({
        type: "failed",
        error: copyableError(error),
        service:
          error instanceof ServiceError
            ? { kind: error.kind, reason: error.reason, metadata: error.metadata }
            : undefined,
      });
    }
  });
}

/** An error with its text and stack alone: further fields may hold what cannot pass between threads. */
function copyableError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const copy = new Error(error.message);
  copy.name = error.name;
  copy.stack = error.stack;
  return copy;
}

/** The error behind a failed task; a message between threads keeps an error's text but not its class. */
export function errorOfReply<Result, Progress>({
  error,
  service,
}: Reply<Result, Progress> & { type: "failed" }): unknown {
  if (!service) return error;
  const { message } = error as Error;
  return new ServiceError(service.kind, service.reason, message, service.metadata, { cause: error });
}
