import { readDocuments } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { borderRows, countEffects, type DuplicateEffect } from "../core/duplicate-effects.js";
import { snippetOf } from "./scan-documents.js";
import { readInt32 } from "./vectors.js";

/** The pass over the documents that tells what thresholds would remove. */
export interface DuplicateEffectsTask {
  shards: { documentsPath: string; assignmentsPath: string }[];
  similarities: Float32Array[];
  earlier: Int32Array[];
  /** Ascending. */
  thresholds: number[];
  domains: number;
}

export interface DocumentText {
  id: string;
  snippet: string;
}

export interface DuplicateEffects {
  effects: (DuplicateEffect & { examples: { similarity: number; document: DocumentText; earlier: DocumentText }[] })[];
}

const MOST_EXAMPLES = 3;

/** What each threshold would remove, with examples of what is least alike among it. */
export async function duplicateEffects(
  task: DuplicateEffectsTask,
  { progress }: TaskContext<number>,
): Promise<DuplicateEffects> {
  const { shards, similarities, earlier, thresholds, domains } = task;
  const earlierOf = rowsAcross(earlier);
  const border = borderRows(similarities, thresholds, MOST_EXAMPLES);
  const wanted = new Set(border.flat().flatMap(({ row }) => [row, earlierOf(row)]));
  const texts = new Map<number, DocumentText>();
  const counter = countEffects(thresholds, domains);
  let [first, row] = [0, 0];
  for (const [i, { documentsPath, assignmentsPath }] of shards.entries()) {
    const own = similarities[i] as Float32Array;
    const assigned = await readInt32(assignmentsPath, own.length);
    first = row;
    for await (const { id, text } of readDocuments(documentsPath)) {
      counter.add(own[row - first] as number, assigned[row - first] as number, Buffer.byteLength(text));
      if (wanted.has(row)) texts.set(row, { id, snippet: snippetOf(text) });
      if (++row % 256 === 0) progress(row);
    }
  }
  return {
    effects: counter.effects.map((effect, t) => ({
      ...effect,
      examples: (border[t] ?? []).map(({ row: at, similarity }) => ({
        similarity,
        document: texts.get(at) as DocumentText,
        earlier: texts.get(earlierOf(at)) as DocumentText,
      })),
    })),
  };
}

/** The value of a document by its number in the corpus. */
function rowsAcross(shards: readonly Int32Array[]): (row: number) => number {
  return (row) => {
    let rest = row;
    for (const shard of shards) {
      if (rest < shard.length) return shard[rest] as number;
      rest -= shard.length;
    }
    throw new RangeError(`there is no document ${row}`);
  };
}
