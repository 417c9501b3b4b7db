import { serveTasks } from "@climb/runtime/worker";
import { searchLandscape } from "./search-landscape.js";

const tasks = { searchLandscape };

export type Tasks = typeof tasks;

serveTasks(tasks);
