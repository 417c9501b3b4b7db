import pMap from "p-map";
import { type Candidates, comparedRows, confirm } from "../core/confirmed.js";
import { SIGNATURE_BYTES } from "../core/shingles.js";
import type { ClusteringContext } from "./context.js";

/**
 * Of what has near vectors, what has the same text: lexical vectors of documents with the same words in another order,
 * or of one template, are as near as those of copies. Only texts that could count are read again.
 * @param least the lowest threshold
 */
export async function confirmByText(
  { pool, workers }: Pick<ClusteringContext, "pool" | "workers">,
  shards: readonly { documentsPath: string }[],
  candidates: readonly Candidates[],
  rowsOfShards: readonly number[],
  least: number,
  signal: AbortSignal,
) {
  const rows = comparedRows(candidates, least);
  const signatures = new Uint8Array(rows.length * SIGNATURE_BYTES);
  let [first, slot] = [0, 0];
  const parts = rowsOfShards.map((count, i) => {
    const start = slot;
    while (slot < rows.length && (rows[slot] as number) < first + count) slot++;
    const own = rows.subarray(start, slot).map((row) => row - first);
    first += count;
    return { documentsPath: shards[i]?.documentsPath ?? "", rows: own };
  });
  const found = await pMap(parts, (part) => pool.run("sketchDocuments", part, { signal }), {
    concurrency: workers,
    signal,
  });
  let at = 0;
  for (const part of found) {
    signatures.set(part, at);
    at += part.length;
  }
  return confirm(candidates, least, { rows, signatures });
}
