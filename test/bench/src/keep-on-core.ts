import { spawnSync } from "node:child_process";

/** Keeps a process on one core, like the limit of a pod of one CPU; on Linux alone. Later threads are where the first are. */
export function keepOnCore(pid: number, core: number): void {
  spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}
