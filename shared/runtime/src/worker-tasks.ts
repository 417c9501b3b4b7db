import { parentPort } from "node:worker_threads";
import { type ErrorKind, ServiceError } from "./errors.js";
import { FLAG, ownFlags } from "./native-code.js";

/** What a worker thread answers. */
export type Reply<Result, Progress> =
  | { type: "progress"; progress: Progress; ticket?: number }
  | { type: "measured"; part: MeasuredPart }
  | { type: "done"; result: Result }
  | { type: "failed"; error: unknown; service?: { kind: ErrorKind; reason: string; metadata: Record<string, string> } };

/** A part of a task that is over, for a span of the trace that the task was asked in. */
export interface MeasuredPart {
  name: string;
  /** Milliseconds since 1970. */
  startMs: number;
  endMs: number;
  attributes: Record<string, string | number>;
  /** What it failed of, if it did. */
  failure?: string | undefined;
}

/** What a task may use while it runs. */
export interface TaskContext<Progress> {
  /** Whether the task was told to stop; cheap enough for the inside of a loop. */
  aborted(): boolean;
  /** @throws if the task was told to stop */
  throwIfAborted(): void;
  /** Tells how far the task is. @throws if the task was told to stop */
  progress(progress: Progress): void;
  /** Hands over a part of the result. Resolves once whoever asked for the task has taken it. @throws as `progress` */
  handOver(part: Progress): Promise<void>;
  /** Does a part of the task that gets a span of its own, named so. */
  measured<T>(name: string, attributes: MeasuredPart["attributes"], work: () => T | Promise<T>): Promise<T>;
}

/** A task: what crosses between the threads is copied, except buffers that are shared or moved. */
// biome-ignore lint/suspicious/noExplicitAny: inputs, results and progress are the tasks' own; only inference narrows them
export type TaskFunction = (input: any, context: TaskContext<any>) => unknown;

/** Tasks by their names: what a worker module serves, and a pool of its threads runs. */
export type TaskTable = Record<string, TaskFunction>;

/** What a pool sends to a thread. */
export interface TaskCall {
  task: string;
  input: unknown;
}

/** What a pool sends once something was taken that a task had handed over. */
export interface Taken {
  ticket: number;
}

/** Called once by a worker module: runs each task that the pool sends. */
export function serveTasks(tasks: TaskTable): void {
  const port = parentPort;
  const flags = ownFlags();
  if (!port || !flags) throw new Error("serveTasks is for the threads of a pool");
  const reply = (message: Reply<unknown, unknown>) => port.postMessage(message);
  const aborted = () => Atomics.load(flags, FLAG.aborted) === 1;
  const throwIfAborted = () => {
    if (aborted()) throw new Error("the task was told to stop");
  };
  const handed = new Map<number, () => void>();
  let ticket = 0;
  const context: TaskContext<unknown> = {
    aborted,
    throwIfAborted,
    progress(progress) {
      throwIfAborted();
      reply({ type: "progress", progress });
    },
    handOver(progress) {
      throwIfAborted();
      const taken = new Promise<void>((resolve) => handed.set(++ticket, resolve));
      reply({ type: "progress", progress, ticket });
      return taken;
    },
    async measured(name, attributes, work) {
      const startMs = wallMs();
      let failure: string | undefined;
      try {
        return await work();
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        throw error;
      } finally {
        reply({ type: "measured", part: { name, startMs, endMs: wallMs(), attributes, failure } });
      }
    },
  };
  port.on("message", async (message: TaskCall | Taken) => {
    if ("ticket" in message) {
      handed.get(message.ticket)?.();
      handed.delete(message.ticket);
      return;
    }
    const { task, input } = message;
    try {
      const run = tasks[task];
      if (!run) throw new Error(`there is no task "${task}"`);
      reply({ type: "done", result: await run(input, context) });
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

/** Milliseconds since 1970 that never go backwards. */
function wallMs(): number {
  return performance.timeOrigin + performance.now();
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
