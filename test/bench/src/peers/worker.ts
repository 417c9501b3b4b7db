import { serveTasks } from "@climb/runtime/worker";
import { scoreCandidates } from "./predictor.js";

const tasks = { scoreCandidates };

export type Tasks = typeof tasks;

serveTasks(tasks);
