import { readFile } from "node:fs/promises";
import { readShardTexts } from "@climb/readers/shard-file";
import { ServiceError, type TaskContext } from "@climb/runtime/worker";
import { assembleModel } from "../core/lexical-model.js";
import { encodeModel } from "../core/model-file.js";
import { type LexicalOptions, MAX_CHARACTERS, MAX_SHARE } from "../core/options.js";
import { joinRows, type SparseRows } from "../core/sparse.js";
import { type Dense, openDense } from "../core/svd/dense.js";
import type { SvdState, SvdTask } from "../core/svd/state.js";
import { runSvdTask } from "../core/svd/tasks.js";
import { readSvd } from "../core/svd/truncated-svd.js";
import {
  countTerms,
  decodeTermCounts,
  documentFrequencies,
  encodeTermCounts,
  weighDocuments,
} from "../core/term-counts.js";
import { stackRows } from "../core/tfidf.js";
import { chooseAtLeast, createTermCounter, type Vocabulary } from "../core/vocabulary.js";

/** The terms of a document shard, as core/term-counts packs them. @param input.rows which documents; all, unless given */
export async function countShard(
  { path, rows }: { path: string; rows: Uint32Array | undefined },
  context: TaskContext<never>,
): Promise<Uint8Array> {
  const counter = countTerms();
  for await (const text of readShardTexts(path, rows)) {
    context.throwIfAborted();
    counter.add(text.slice(0, MAX_CHARACTERS));
  }
  return encodeTermCounts(counter.finish());
}

/** A vocabulary, and the TF-IDF rows of the documents that it was chosen from, in memory that threads share. */
export interface WeighedTerms {
  vocabulary: Vocabulary;
  matrix: SparseRows;
}

/**
 * Chooses the vocabulary and weighs the terms of all documents. @param input.paths counts of shards, in their order
 * @throws ServiceError invalid DATA_INSUFFICIENT if the texts hold no term
 */
export async function weighTerms(
  { paths, options }: { paths: string[]; options: LexicalOptions },
  context: TaskContext<never>,
): Promise<WeighedTerms> {
  const counter = createTermCounter();
  const shards = [];
  for (const path of paths) {
    context.throwIfAborted();
    const counts = decodeTermCounts(await readFile(path));
    counter.addCounted(counts.terms, documentFrequencies(counts), counts.rowStart.length - 1);
    shards.push(counts);
  }
  const { dimensions, maxTerms, minDocuments } = options;
  const vocabulary = chooseAtLeast(counter, { maxTerms, minDocuments, maxShare: MAX_SHARE }, dimensions);
  const cols = vocabulary.terms.length;
  if (cols === 0) {
    const message = `the ${counter.documents} documents hold no word of two letters or more; expected text`;
    throw new ServiceError("wrongState", "DATA_INSUFFICIENT", message, { rows: "0", needed: "1" });
  }
  const indexOf = new Map(vocabulary.terms.map((term, i) => [term, i]));
  const blocks = shards.map((counts) => {
    context.throwIfAborted();
    return stackRows([...weighDocuments(counts, vocabulary, indexOf)], cols);
  });
  return { vocabulary, matrix: joinRows(blocks) };
}

/** Opened once in each thread. */
let dense: Promise<Dense> | undefined;

/** One step of the decomposition. */
export async function svdStep({ state, step }: { state: SvdState; step: SvdTask }): Promise<void> {
  dense ??= openDense();
  await runSvdTask(state, step, await dense);
}

/** The fitted model as bytes. */
export function assemble(input: { state: SvdState; vocabulary: Vocabulary; dimensions: number }): Uint8Array {
  const { state, vocabulary, dimensions } = input;
  return encodeModel(assembleModel(vocabulary, readSvd(state, dimensions), state.matrix));
}
