import { AsyncResource } from "node:async_hooks";
import { fileURLToPath } from "node:url";
import { type ResourceLimits, Worker } from "node:worker_threads";
import { FLAG, FLAGS_BYTES } from "./native-code.js";
import { endWhenSafe, inNative, LOOK_MS, type Pending, type Thread } from "./pool-thread.js";
import { keepLibrariesQuiet } from "./quiet.js";
import { withLongSpan } from "./telemetry/long-span.js";
import { recordSpan } from "./telemetry/span.js";
import { addThreads, busyThread } from "./telemetry/thread-time.js";
import {
  errorOfReply,
  type MeasuredPart,
  type Reply,
  type Taken,
  type TaskContext,
  type TaskFunction,
  type TaskTable,
} from "./worker-tasks.js";

export interface RunOptions<Progress> {
  signal?: AbortSignal;
  /** Hears how far the task is. It gets what is handed over, too: that is taken once its promise resolves; if it rejects, so does the task. */
  onProgress?: (progress: Progress) => unknown;
  /** Buffers that move to the thread instead of being copied. */
  transfer?: ArrayBuffer[];
}

type InputOf<F extends TaskFunction> = Parameters<F>[0];
type ResultOf<F extends TaskFunction> = Awaited<ReturnType<F>>;
// biome-ignore lint/suspicious/noExplicitAny: as in TaskFunction
type ProgressOf<F extends TaskFunction> = F extends (input: any, context: TaskContext<infer P>) => unknown ? P : never;

/** Threads that run one task each at a time, in the order they were asked. */
export interface WorkerPool<Tasks extends TaskTable> {
  /**
   * Runs a task in a free thread, within a span of the current trace. On abort the task is told; one that does not stop within
   * two seconds is not waited for any longer, and loses its thread unless that is in native code.
   * @throws what the task threw, the signal's reason, or an error that says how its thread ended
   */
  run<K extends keyof Tasks & string>(
    task: K,
    input: InputOf<Tasks[K]>,
    options?: RunOptions<ProgressOf<Tasks[K]>>,
  ): Promise<ResultOf<Tasks[K]>>;
  /** Ends all threads; waiting and running tasks are rejected. */
  close(): Promise<void>;
}

const STOP_MS = 2000;

/** The compiled worker beside a module: sources run by a test runner use the worker that was built from them. */
export function workerUrl(base: string, relative: string): URL {
  const url = new URL(relative, base);
  // Compiled code is where it is, even when a folder above it is called src.
  if (!new URL(base).pathname.endsWith(".ts")) return url;
  url.pathname = url.pathname.replace(/\/src\/((?!.*\/src\/).*)$/, "/dist/$1").replace(/\.ts$/, ".js");
  return url;
}

/**
 * @param options.url the compiled module that calls `serveTasks`
 * @param options.size most threads at once; each starts when a task needs it
 * @param options.resourceLimits heap and stack of each thread; a task that needs more is rejected
 */
export function createWorkerPool<Tasks extends TaskTable>(options: {
  url: URL;
  size: number;
  resourceLimits?: ResourceLimits;
}): WorkerPool<Tasks> {
  const { url, size, resourceLimits } = options;
  if (!(Number.isInteger(size) && size > 0)) throw new RangeError(`a worker pool of size ${size}; expected at least 1`);
  keepLibrariesQuiet();
  const idle: Thread[] = [];
  const threads = new Set<Thread>();
  const queue: Pending[] = [];
  let closed = false;

  const tell = async (thread: Thread, { progress, ticket }: Reply<unknown, never> & { type: "progress" }) => {
    const pending = thread.current;
    try {
      await pending?.onProgress?.(progress);
    } catch (error) {
      pending?.reject(error);
      if (pending) stop(pending, error);
    }
    if (ticket !== undefined) thread.worker.postMessage({ ticket } satisfies Taken);
  };

  const start = (): Thread => {
    const flags = new Int32Array(new SharedArrayBuffer(FLAGS_BYTES));
    const worker = new Worker(fileURLToPath(url), { workerData: { flags }, resourceLimits });
    const thread: Thread = { worker, flags, ending: false };
    const take = () => {
      const pending = thread.current;
      thread.current = undefined;
      pending?.idle?.();
      return pending;
    };
    worker.on("message", (reply: Reply<unknown, never>) => {
      if (reply.type === "progress") return void tell(thread, reply);
      if (reply.type === "measured") return thread.current?.onMeasured(reply.part);
      const pending = take();
      if (reply.type === "done") pending?.resolve(reply.result);
      else pending?.reject(errorOfReply(reply));
      if (thread.ending) return;
      idle.push(thread);
      next();
    });
    const gone = (error: unknown) => {
      thread.ending = true;
      threads.delete(thread);
      const place = idle.indexOf(thread);
      if (place >= 0) idle.splice(place, 1);
      take()?.reject(closed ? new Error("the worker pool was closed") : error);
      if (!closed) next();
    };
    worker.on("error", gone);
    worker.on("messageerror", (error) => {
      gone(error);
      void worker.terminate();
    });
    worker.on("exit", (code) => gone(new Error(`a worker thread ended with code ${code} in the middle of its task`)));
    threads.add(thread);
    return thread;
  };

  const next = () => {
    while (queue.length > 0) {
      const thread = idle.pop() ?? (threads.size < size ? start() : undefined);
      if (!thread) return;
      const pending = queue.shift() as Pending;
      Atomics.store(thread.flags, FLAG.aborted, 0);
      try {
        thread.worker.postMessage(pending.call, pending.transfer);
        thread.current = pending;
        pending.idle = pending.began();
      } catch (error) {
        // The task cannot pass between threads; the thread is as good as before.
        idle.push(thread);
        pending.reject(error);
      }
    }
  };

  const stop = (pending: Pending, reason: unknown) => {
    const place = queue.indexOf(pending);
    if (place >= 0) {
      queue.splice(place, 1);
      pending.reject(reason);
      return;
    }
    const thread = [...threads].find(({ current }) => current === pending);
    if (!thread) return;
    Atomics.store(thread.flags, FLAG.aborted, 1);
    const end = () => {
      if (thread.current !== pending) return;
      // Its caller waits no longer; the thread is of use again if native code comes back.
      pending.reject(reason);
      if (inNative(thread)) return void setTimeout(end, LOOK_MS).unref();
      thread.ending = true;
      void thread.worker.terminate();
    };
    setTimeout(end, STOP_MS).unref();
  };

  const inThread = (
    task: string,
    input: unknown,
    { signal, onProgress, transfer = [] }: RunOptions<never>,
  ): Promise<never> =>
    new Promise<never>((resolve, reject) => {
      if (closed) return reject(new Error("the worker pool is closed"));
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => stop(pending, signal?.reason);
      // A signal may live as long as the process: it must not keep every task that ever listened to it.
      const settled = () => signal?.removeEventListener("abort", onAbort);
      const pending: Pending = {
        call: { task, input },
        transfer,
        onProgress: onProgress && AsyncResource.bind(onProgress as (progress: unknown) => void),
        onMeasured: AsyncResource.bind(({ name, attributes, failure, ...times }: MeasuredPart) =>
          recordSpan(name, times, { ...attributes, "climb.task.name": task }, failure),
        ),
        began: AsyncResource.bind(() => busyThread(task)),
        resolve: (result) => {
          settled();
          resolve(result as never);
        },
        // A task that was told to stop may fail in any way; what its caller hears is why it was told.
        reject: (error) => {
          settled();
          reject(signal?.aborted ? signal.reason : error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      queue.push(pending);
      next();
    });

  const forget = addThreads(size);
  return {
    run: (task, input, options = {}) =>
      withLongSpan(`task ${task}`, { attributes: { "climb.task.name": task } }, () =>
        inThread(task, input, options as RunOptions<never>),
      ),
    async close() {
      closed = true;
      forget();
      for (const pending of queue.splice(0)) pending.reject(new Error("the worker pool was closed"));
      await Promise.all([...threads].map(endWhenSafe));
    },
  };
}
