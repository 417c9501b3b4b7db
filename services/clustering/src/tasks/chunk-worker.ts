import { serveTasks } from "@climb/runtime/worker";
import { assignChunk, type Chunk } from "../core/chunks.js";
import type { Points } from "../core/points.js";
import { nearest } from "./nearest.js";

/** A chunk to assign, for a helper thread. All of it is shared memory: nothing is copied but the task itself. */
export interface ChunkTask {
  points: Points;
  index: number;
  centroids: Points;
  into: Chunk;
}

const tasks = {
  assignChunk: async ({ points, index, centroids, into }: ChunkTask) =>
    assignChunk(points, index, centroids, await nearest, into),
};

export type ChunkTasks = typeof tasks;

serveTasks(tasks);
