import { serveTasks } from "@climb/runtime";
import { runSvdTask } from "./core/svd/tasks.js";
import { embedTask, vectorsTask } from "./tasks/embed.js";
import { assembleTask, countTask, rowsTask } from "./tasks/fit.js";
import { givenTask } from "./tasks/given.js";
import { readTask } from "./tasks/read.js";
import type { Result, Task, TaskProgress } from "./tasks/task.js";

serveTasks<Task, Result, TaskProgress>((task, context) => {
  switch (task.kind) {
    case "read":
      return readTask(task, context);
    case "count":
      return countTask(task, context);
    case "rows":
      return rowsTask(task, context);
    case "svd":
      runSvdTask(task.state, task.step);
      return undefined;
    case "assemble":
      return assembleTask(task);
    case "vectors":
      return vectorsTask(task, context);
    case "given":
      return givenTask(task, context);
    case "embed":
      return embedTask(task);
  }
});
