import type { TaskContext } from "@climb/runtime/worker";

/** For a task that is called here and not in a thread: nobody tells it to stop or listens. */
export const taskHere: TaskContext<unknown> = {
  aborted: () => false,
  throwIfAborted: () => {},
  progress: () => {},
  handOver: async () => {},
  measured: async (_name, _attributes, work) => work(),
};
