import { serveTasks } from "@climb/runtime/worker";
import { type SplitTask, splitByDomain } from "./dataset/split.js";
import { type WriteResult, type WriteTask, writeDataset } from "./dataset/write.js";
import { renderReport } from "./report/page.js";
import type { ReportData } from "./report/types.js";

/** What the coordinator computes off its event loop. */
export type Task =
  | { kind: "dataset"; task: WriteTask }
  | { kind: "split"; task: SplitTask }
  | { kind: "report"; data: ReportData };

export type Result = { kind: "dataset"; result: WriteResult } | { kind: "report"; html: string };

serveTasks<Task, Result, number>(async (task, { progress, aborted }) => {
  if (task.kind === "report") return { kind: "report", html: await renderReport(task.data) };
  const step = (done: number) => {
    if (aborted()) throw new Error("the data set was cancelled");
    progress(done);
  };
  const result = await (task.kind === "split" ? splitByDomain(task.task, step) : writeDataset(task.task, step));
  return { kind: "dataset", result };
});
