import { readDocuments } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { SIGNATURE_BYTES, sketch } from "../core/shingles.js";

/** Sketches some of the documents of a shard. */
export interface SketchTask {
  documentsPath: string;
  /** Their numbers in the shard, ascending. */
  rows: Uint32Array;
}

/** (rows, SIGNATURE_BYTES): the sketches of the documents, in their order. */
export async function sketchDocuments(
  { documentsPath, rows }: SketchTask,
  { throwIfAborted }: TaskContext<never>,
): Promise<Uint8Array> {
  const signatures = new Uint8Array(rows.length * SIGNATURE_BYTES);
  let [row, slot] = [0, 0];
  for await (const { text } of readDocuments(documentsPath)) {
    if (slot === rows.length) break;
    if (row++ !== rows[slot]) continue;
    throwIfAborted();
    sketch(text, signatures.subarray(slot * SIGNATURE_BYTES, ++slot * SIGNATURE_BYTES));
  }
  return signatures;
}
