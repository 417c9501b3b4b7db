import { fileURLToPath } from "node:url";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { type ErrorKind, ServiceError } from "./errors.js";

/** Threads that run one kind of task each at a time, in the order they were asked. */
export interface WorkerPool<Task, Result, Progress = never> {
  /**
   * Runs a task in a free thread. On abort the task is told; one that does not stop within two seconds loses its thread.
   * @throws what the task threw, or the signal's reason
   */
  run(
    task: Task,
    options?: { signal?: AbortSignal; onProgress?: (progress: Progress) => void; transfer?: ArrayBuffer[] },
  ): Promise<Result>;
  /** Ends all threads; waiting tasks are rejected. */
  close(): Promise<void>;
}

type Reply<Result, Progress> =
  | { type: "progress"; progress: Progress }
  | { type: "done"; result: Result }
  | { type: "failed"; error: unknown; service?: { kind: ErrorKind; reason: string; metadata: Record<string, string> } };

const STOP_MS = 2000;

/** The compiled worker beside a module: sources run by a test runner use the worker that was built from them. */
export function workerUrl(base: string, relative: string): URL {
  const url = new URL(relative, base);
  url.pathname = url.pathname.replace(/\/src\/((?!.*\/src\/).*)$/, "/dist/$1").replace(/\.ts$/, ".js");
  return url;
}

/** @param options.url the compiled module that calls {@link serveTasks} */
export function createWorkerPool<Task, Result, Progress = never>(options: {
  url: URL;
  size: number;
}): WorkerPool<Task, Result, Progress> {
  interface Pending {
    task: Task;
    transfer: ArrayBuffer[];
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  }
  const idle: Thread[] = [];
  const threads = new Set<Thread>();
  const queue: Pending[] = [];
  let closed = false;

  interface Thread {
    worker: Worker;
    abortFlag: Int32Array;
    current?: Pending;
  }

  const start = (): Thread => {
    const abortFlag = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(fileURLToPath(options.url), { workerData: { abortFlag } });
    const thread: Thread = { worker, abortFlag };
    const settle = (finish: (pending: Pending) => void) => {
      const pending = thread.current;
      thread.current = undefined;
      if (pending) finish(pending);
    };
    worker.on("message", (reply: Reply<Result, Progress>) => {
      if (reply.type === "progress") {
        thread.current?.onProgress?.(reply.progress);
        return;
      }
      settle((pending) => (reply.type === "done" ? pending.resolve(reply.result) : pending.reject(errorOf(reply))));
      idle.push(thread);
      next();
    });
    const gone = (error: unknown) => {
      threads.delete(thread);
      const place = idle.indexOf(thread);
      if (place >= 0) idle.splice(place, 1);
      settle((pending) => pending.reject(error));
      if (!closed) next();
    };
    worker.on("error", gone);
    worker.on("exit", (code) => gone(new Error(`a worker thread ended with code ${code} in the middle of its task`)));
    threads.add(thread);
    return thread;
  };

  const next = () => {
    while (queue.length > 0) {
      const thread = idle.pop() ?? (threads.size < options.size ? start() : undefined);
      if (!thread) return;
      const pending = queue.shift() as Pending;
      thread.current = pending;
      Atomics.store(thread.abortFlag, 0, 0);
      thread.worker.postMessage(pending.task, pending.transfer);
      pending.signal?.addEventListener(
        "abort",
        () => {
          if (thread.current !== pending) return;
          Atomics.store(thread.abortFlag, 0, 1);
          setTimeout(() => {
            if (thread.current === pending) void thread.worker.terminate();
          }, STOP_MS).unref();
        },
        { once: true },
      );
    }
  };

  return {
    run(task, { signal, onProgress, transfer = [] } = {}) {
      return new Promise<Result>((resolve, reject) => {
        if (closed) return reject(new Error("the worker pool is closed"));
        if (signal?.aborted) return reject(signal.reason);
        const pending: Pending = {
          task,
          transfer,
          onProgress,
          signal,
          resolve,
          // A task that was told to stop may fail in any way; what its caller hears is why it was told.
          reject: (error) => reject(signal?.aborted ? signal.reason : error),
        };
        signal?.addEventListener(
          "abort",
          () => {
            const place = queue.indexOf(pending);
            if (place >= 0) {
              queue.splice(place, 1);
              reject(signal.reason);
            }
          },
          { once: true },
        );
        queue.push(pending);
        next();
      });
    },
    async close() {
      closed = true;
      for (const pending of queue.splice(0)) pending.reject(new Error("the worker pool was closed"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

/** A message between threads keeps an error's text but not its class. */
function errorOf<Result, Progress>({ error, service }: Reply<Result, Progress> & { type: "failed" }): unknown {
  if (!service) return error;
  const { message } = error as Error;
  return new ServiceError(service.kind, service.reason, message, service.metadata, { cause: error });
}

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
  const context: TaskContext<Progress> = {
    aborted: () => Atomics.load(abortFlag, 0) === 1,
    progress: (progress) => port.postMessage({ type: "progress", progress }),
  };
  port.on("message", async (task: Task) => {
    try {
      port.postMessage({ type: "done", result: await handler(task, context) });
    } catch (error) {
      port.postMessage({
        type: "failed",
        error: error instanceof Error ? error : new Error(String(error)),
        service: error instanceof ServiceError ? { kind: error.kind, reason: error.reason, metadata: error.metadata } : undefined,
      });
    }
  });
}
