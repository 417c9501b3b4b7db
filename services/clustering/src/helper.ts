import { serveTasks } from "@climb/runtime/worker";
import { assignChunk, type Chunk } from "./core/chunks.js";
import { openNearest } from "./core/nearest.js";
import type { ChunkTask } from "./helpers.js";

const nearest = openNearest();

serveTasks<ChunkTask, Chunk>(async ({ points, index, centroids }) =>
  assignChunk(points, index, centroids, await nearest),
);
