import { createWorkerPool, workerUrl } from "@climb/runtime";
import { type AssignChunks, type Chunk, chunkCount } from "./core/chunks.js";
import type { Points } from "./core/points.js";

/** A chunk to assign, for a helper thread. Points and centroids are shared memory. */
export interface ChunkTask {
  points: Points;
  index: number;
  centroids: Points;
}

/** Threads that assign the chunks of one set of points, which are put into memory that all of them see. */
export function openHelpers(points: Points, size: number): { assign: AssignChunks; close(): Promise<void> } {
  const pool = createWorkerPool<ChunkTask, Chunk>({ url: workerUrl(import.meta.url, "./helper.js"), size });
  const everywhere = shared(points);
  return {
    assign: (centroids) => {
      const same = shared(centroids);
      return Promise.all(
        Array.from({ length: chunkCount(points.rows) }, (_, index) =>
          pool.run({ points: everywhere, index, centroids: same }),
        ),
      );
    },
    close: () => pool.close(),
  };
}

function shared(points: Points): Points {
  const values = new Float32Array(new SharedArrayBuffer(points.values.byteLength));
  values.set(points.values);
  return { ...points, values };
}
