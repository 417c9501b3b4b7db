import { createWorkerPool, workerUrl } from "@climb/runtime";
import { type AssignChunks, type Chunk, chunksOf } from "../core/chunks.js";
import type { Points } from "../core/points.js";
import type { ChunkTasks } from "./chunk-worker.js";

/** Threads that assign the chunks of one set of points, which are put into memory that all of them see. */
export function openChunkThreads(points: Points, size: number): { assign: AssignChunks; close(): Promise<void> } {
  const pool = createWorkerPool<ChunkTasks>({ url: workerUrl(import.meta.url, "./chunk-worker.js"), size });
  const everywhere = shared(points);
  let chunks: Chunk[] = [];
  return {
    async assign(given) {
      if (chunks.length === 0) chunks = chunksOf(points, given.rows, true);
      const centroids = shared(given);
      await Promise.all(
        chunks.map((into, index) => pool.run("assignChunk", { points: everywhere, index, centroids, into })),
      );
      return chunks;
    },
    close: () => pool.close(),
  };
}

function shared(points: Points): Points {
  const values = new Float32Array(new SharedArrayBuffer(points.values.byteLength));
  values.set(points.values);
  return { ...points, values };
}
