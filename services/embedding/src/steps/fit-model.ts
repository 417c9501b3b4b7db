import type { CorpusManifest } from "@climb/proto/common/v1/corpus";
import { type ArtifactRef, ServiceError } from "@climb/runtime";
import { inPieces } from "../artifact.js";
import { type LexicalOptions, OVERSAMPLE, POWER_ITERATIONS } from "../core/options.js";
import { sampleRows } from "../core/sample.js";
import { joinRows } from "../core/sparse.js";
import { decompose } from "../core/svd/truncated-svd.js";
import { runTask, type ShardRows, type TaskProgress } from "../tasks/task.js";
import type { StepContext } from "./context.js";

/**
 * Fits the lexical model on a corpus, or finds the one that an earlier attempt has fitted.
 * @throws ServiceError DATA_INSUFFICIENT if the texts hold no term
 */
export async function fitModel(
  context: StepContext,
  path: string,
  corpus: CorpusManifest,
  options: LexicalOptions,
): Promise<ArtifactRef> {
  const { artifacts, pool, signal } = context;
  const known = await artifacts.stat(path);
  if (known) return known;

  const sample = sampleRows(
    corpus.shards.map((shard) => Number(shard.documents)),
    options.fitDocuments,
    options.seed,
  );
  const shards: ShardRows[] = await Promise.all(
    corpus.shards.map(async ({ artifact }, i) => ({
      path: await artifacts.localPath({ uri: artifact?.uri ?? "", sha256: artifact?.sha256 }),
      rows: sample[i],
    })),
  );
  const total = Math.min(Number(corpus.documents), options.fitDocuments);
  const telling = (stage: string) => {
    let done = 0;
    return (progress: TaskProgress) => {
      if (progress.type === "documents") done += progress.documents;
      context.progress(stage, done, total, "documents");
    };
  };

  const vocabulary = await runTask(
    pool,
    "count",
    { shards, options },
    { signal, onProgress: telling("counting terms") },
  );
  if (vocabulary.terms.length === 0) {
    const message = `the ${corpus.documents} documents hold no word of two letters or more; expected text`;
    throw new ServiceError("invalid", "DATA_INSUFFICIENT", message, { rows: "0", needed: "1" });
  }
  const onProgress = telling("weighing terms");
  const blocks = await Promise.all(
    shards.map((shard) => runTask(pool, "rows", { shard, vocabulary }, { signal, onProgress })),
  );
  const { dimensions, seed } = options;
  let rounds = 0;
  const state = await decompose(
    joinRows(blocks),
    { dimensions, seed, oversample: OVERSAMPLE, iterations: POWER_ITERATIONS },
    async (shared, tasks) => {
      context.progress("decomposing", rounds++, ROUNDS, "rounds");
      await Promise.all(tasks.map((step) => runTask(pool, "svd", { state: shared, step }, { signal })));
    },
  );
  const model = await runTask(pool, "assemble", { state, vocabulary, dimensions }, { signal });
  return artifacts.put(path, inPieces(model));
}

/** Rounds of tasks that the decomposition takes, for progress. */
const ROUNDS = 4 + 4 * (POWER_ITERATIONS + 1);
