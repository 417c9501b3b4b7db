import type { Random } from "@climb/numeric";
import umap from "umap-js";

// umap-js is CommonJS: its class is a property of the default import.
const { UMAP } = umap;

/** Fewer points than this are put side by side. */
const FEWEST = 5;

/**
 * A place in the plane for each vector, so that near vectors are near (UMAP: McInnes, Healy, Melville, arXiv
 * 1802.03426). The same vectors and seed give the same places.
 */
export function layOut(vectors: readonly Float32Array[], random: Random): [x: number, y: number][] {
  if (vectors.length < FEWEST) return vectors.map((_, i) => [i, 0]);
  const nNeighbors = Math.min(15, vectors.length - 1);
  const layout = new UMAP({ nComponents: 2, nNeighbors, random: () => random.float() });
  return layout.fit(vectors.map((vector) => Array.from(vector))) as [number, number][];
}
