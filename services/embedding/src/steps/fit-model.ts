import type { ArtifactRef } from "@climb/ports";
import type { ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { type LexicalOptions, OVERSAMPLE, POWER_ITERATIONS } from "../core/options.js";
import { decompose } from "../core/svd/truncated-svd.js";
import { type Making, setFolder, type Work } from "./context.js";
import type { StoredCorpus } from "./read-corpus.js";
import { type SampledShard, sampledShards, type TermParams, termsPath } from "./term-shards.js";

/**
 * Fits the lexical model on a corpus, or finds the one that an earlier attempt has fitted.
 *
 * Reading the texts and counting their terms is one job a document shard. The rest is one job: it sees the documents
 * that the model is fitted on alone, 50,000 by default however large the corpus, as rows that threads share.
 * @throws ServiceError DATA_INSUFFICIENT if the texts hold no term
 */
export async function fitModel(
  { platform: { artifacts }, pool }: Work,
  making: Making,
  shards: ShardWork<TermParams>,
  { setId, corpus, options }: { setId: string; corpus: StoredCorpus; options: LexicalOptions },
): Promise<ArtifactRef> {
  const { signal, report } = making;
  const path = `${setFolder(setId)}/model.bin`;
  const known = await artifacts.keep(path);
  if (known) return known;

  const sample = sampledShards(corpus.manifest, options);
  const key = contentId("terms", setId, corpus.ref.sha256);
  const counted = await making.shards(shards, {
    key,
    params: { corpus: corpus.ref, options },
    stage: "counting terms",
    unit: "documents",
    units: sample.map(({ documents }) => documents),
    find: (shard) => artifacts.keep(termsPath(corpus.manifest, sample[shard] as SampledShard)),
  });
  report({ stage: "weighing terms", done: 0, total: 0, unit: "documents" });
  const paths = await Promise.all(counted.map((ref) => artifacts.localPath(ref)));
  const { vocabulary, matrix } = await pool.run("weighTerms", { paths, options }, { signal });
  const { dimensions, seed } = options;
  let rounds = 0;
  const state = await decompose(
    matrix,
    { dimensions, seed, oversample: OVERSAMPLE, iterations: POWER_ITERATIONS },
    async (shared, tasks) => {
      report({ stage: "decomposing", done: rounds++, total: ROUNDS, unit: "rounds" });
      await Promise.all(tasks.map((step) => pool.run("svdStep", { state: shared, step }, { signal })));
    },
  );
  const model = await pool.run("assemble", { state, vocabulary, dimensions }, { signal });
  const stored = await artifacts.put(path, model);
  await shards.forget(key);
  return stored;
}

/** Rounds of tasks that the decomposition takes, for progress. */
const ROUNDS = 5 + 4 * POWER_ITERATIONS;
