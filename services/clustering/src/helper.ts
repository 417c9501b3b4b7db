import { serveTasks } from "@climb/runtime/worker";
import { assignChunk } from "./core/chunks.js";
import { openNearest } from "./core/nearest.js";
import type { ChunkTask } from "./helpers.js";

const nearest = openNearest();

serveTasks<ChunkTask, void>(async ({ points, index, centroids, into }) =>
  assignChunk(points, index, centroids, await nearest, into),
);
