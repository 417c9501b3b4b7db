import { serveTasks } from "@climb/runtime/worker";
import { explainAt, predict } from "./evaluate.js";
import { examineMixture, projectMixtures } from "./examine.js";
import { assembleFits, fitTarget } from "./fit.js";
import { proposeMixtures } from "./propose.js";

/** What the service's threads do. */
const tasks = { fitTarget, assembleFits, predict, explainAt, proposeMixtures, projectMixtures, examineMixture };

export type Tasks = typeof tasks;

serveTasks(tasks);
