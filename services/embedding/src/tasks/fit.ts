import { assembleModel } from "../core/lexical-model.js";
import { encodeModel } from "../core/model-file.js";
import { MAX_CHARACTERS, MAX_SHARE } from "../core/options.js";
import { readSvd } from "../core/svd/truncated-svd.js";
import { createVectorizer, type SparseRow, stackRows } from "../core/tfidf.js";
import { chooseAtLeast, createTermCounter } from "../core/vocabulary.js";
import { readShardTexts } from "../shard-file.js";
import { stopIf } from "./stop.js";
import type { EmbeddingTaskContext, ShardRows, Tasks } from "./task.js";

const TELL_EVERY_DOCUMENTS = 500;

/** Counts terms over all shards in one thread, in order: a merge of counts from several would cost more than it saves. */
export async function countTask(
  task: Tasks["count"]["task"],
  context: EmbeddingTaskContext,
): Promise<Tasks["count"]["result"]> {
  const counter = createTermCounter();
  for (const shard of task.shards) await eachText(shard, context, counter.add);
  const { dimensions, maxTerms, minDocuments } = task.options;
  return chooseAtLeast(counter, { maxTerms, minDocuments, maxShare: MAX_SHARE }, dimensions);
}

export async function rowsTask(
  task: Tasks["rows"]["task"],
  context: EmbeddingTaskContext,
): Promise<Tasks["rows"]["result"]> {
  const vectorize = createVectorizer(task.vocabulary);
  const rows: SparseRow[] = [];
  await eachText(task.shard, context, (text) => rows.push(vectorize(text)));
  return stackRows(rows, task.vocabulary.terms.length);
}

export function assembleTask({ state, vocabulary, dimensions }: Tasks["assemble"]["task"]): Uint8Array {
  return encodeModel(assembleModel(vocabulary, readSvd(state, dimensions), state.matrix));
}

async function eachText(shard: ShardRows, context: EmbeddingTaskContext, use: (text: string) => void): Promise<void> {
  let documents = 0;
  for await (const text of readShardTexts(shard.path, shard.rows)) {
    use(text.slice(0, MAX_CHARACTERS));
    documents++;
    if (documents % TELL_EVERY_DOCUMENTS === 0) {
      stopIf(context);
      context.progress({ type: "documents", documents: TELL_EVERY_DOCUMENTS });
    }
  }
  context.progress({ type: "documents", documents: documents % TELL_EVERY_DOCUMENTS });
}
