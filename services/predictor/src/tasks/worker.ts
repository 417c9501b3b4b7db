import { serveTasks } from "@climb/runtime/worker";
import { explainAt, predict } from "./evaluate.js";
import { assembleFits, fitTarget } from "./fit.js";
import { proposeMixtures } from "./propose.js";

/** What the service's threads do. */
const tasks = { fitTarget, assembleFits, predict, explainAt, proposeMixtures };

export type Tasks = typeof tasks;

serveTasks(tasks);
