import { currentProject } from "../auth/scope.js";
import { observe } from "./metrics.js";

interface Busy {
  task: string;
  project: string;
}

/** Seconds of tasks that are over, by task and project; the tasks that run, with the time at which they began. */
const over = new Map<string, Busy & { seconds: number }>();
const running = new Map<Busy, number>();
const pools = new Set<{ size: number }>();
let observed = false;

/** Counts threads that could compute. @returns what to call when they are gone */
export function addThreads(size: number): () => void {
  if (!observed) {
    observed = true;
    observe("threads", (result) => result.observe([...pools].reduce((sum, pool) => sum + pool.size, 0)));
    observe("threadTime", (result) => {
      for (const { task, project, seconds } of threadSeconds()) {
        result.observe(seconds, { "climb.task.name": task, "climb.project.id": project });
      }
    });
  }
  const pool = { size };
  pools.add(pool);
  return () => void pools.delete(pool);
}

/** Begins the time that a thread computes a task for the current project. @returns what ends it */
export function busyThread(task: string): () => void {
  const busy = { task, project: currentProject() ?? "" };
  running.set(busy, performance.now());
  return () => {
    const since = running.get(busy);
    if (since === undefined) return;
    running.delete(busy);
    totalOf(over, busy).seconds += (performance.now() - since) / 1000;
  };
}

/** What threads have computed so far, tasks that run included: a task may take days, and its cost is not news then. */
function threadSeconds(): (Busy & { seconds: number })[] {
  const nowMs = performance.now();
  const totals = new Map([...over].map(([key, total]) => [key, { ...total }]));
  for (const [busy, sinceMs] of running) totalOf(totals, busy).seconds += (nowMs - sinceMs) / 1000;
  return [...totals.values()];
}

function totalOf(totals: typeof over, { task, project }: Busy): { seconds: number } {
  const key = JSON.stringify([task, project]);
  const total = totals.get(key) ?? { task, project, seconds: 0 };
  totals.set(key, total);
  return total;
}
