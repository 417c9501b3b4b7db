import { currentProject } from "../auth/scope.js";
import { searchOf } from "./context.js";
import { observe } from "./metrics.js";

/** What a thread computes, and for whom; empty where that is nobody in particular. */
interface Busy {
  task: string;
  project: string;
  search: string;
}

interface Total extends Busy {
  seconds: number;
}

/** Time of tasks that are over, by task and project and by search; the tasks that run, with when they began. */
const over = { tasks: new Map<string, Total>(), searches: new Map<string, Total>() };
const running = new Map<Busy, number>();
const pools = new Set<{ size: number }>();
let observed = false;

/** Counts threads that could compute. @returns what to call when they are gone */
export function addThreads(size: number): () => void {
  if (!observed) observeThreads();
  observed = true;
  const pool = { size };
  pools.add(pool);
  return () => void pools.delete(pool);
}

/** Begins the time that a thread computes a task for the current project and search. @returns what ends it */
export function busyThread(task: string): () => void {
  const busy = { task, project: currentProject() ?? "", search: searchOf() ?? "" };
  running.set(busy, performance.now());
  return () => {
    const sinceMs = running.get(busy);
    if (sinceMs === undefined) return;
    running.delete(busy);
    const seconds = (performance.now() - sinceMs) / 1000;
    add(over.tasks, byTask(busy), busy, seconds);
    if (busy.search) add(over.searches, busy.search, busy, seconds);
  };
}

const byTask = ({ task, project }: Busy) => JSON.stringify([task, project]);

function observeThreads(): void {
  observe("threads", (result) => result.observe([...pools].reduce((sum, pool) => sum + pool.size, 0)));
  observe("threadTime", (result) => {
    for (const { task, project, seconds } of soFar(over.tasks, byTask)) {
      result.observe(seconds, { "climb.task.name": task, "climb.project.id": project });
    }
  });
  observe("searchTime", (result) => {
    for (const { search, seconds } of soFar(over.searches, (busy) => busy.search)) {
      if (search) result.observe(seconds, { "climb.search.id": search });
    }
  });
}

/** Totals with the tasks that run: one may take days, and what it costs would be no news then. */
function soFar(ended: ReadonlyMap<string, Total>, keyOf: (busy: Busy) => string): Iterable<Total> {
  const nowMs = performance.now();
  const totals = new Map([...ended].map(([key, total]) => [key, { ...total }]));
  for (const [busy, sinceMs] of running) add(totals, keyOf(busy), busy, (nowMs - sinceMs) / 1000);
  return totals.values();
}

/** Adds to a total. */
function add(totals: Map<string, Total>, key: string, busy: Busy, seconds: number): void {
  const total = totals.get(key) ?? { ...busy, seconds: 0 };
  total.seconds += seconds;
  totals.set(key, total);
}
