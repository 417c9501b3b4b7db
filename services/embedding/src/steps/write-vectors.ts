import type { CorpusManifest, DocumentShard } from "@climb/proto/common/v1/corpus";
import { type ArtifactRef, ServiceError } from "@climb/runtime";
import { inPieces } from "../artifact.js";
import { runTask, type TaskProgress } from "../tasks/task.js";
import { type StepContext, type VectorShards, vectorsPath } from "./context.js";
import type { PreparedModel } from "./prepare-model.js";
import { takeVectors } from "./take-vectors.js";

/** Embeds every document shard; shards whose vectors are there already are left alone. */
export async function writeVectors(
  context: StepContext,
  folder: string,
  corpus: CorpusManifest,
  { kind, artifact, halfPrecision }: PreparedModel & { halfPrecision: boolean },
): Promise<VectorShards> {
  if (kind === "given") return takeVectors(context, folder, corpus, { settings: artifact, halfPrecision });
  const { artifacts, pool, executionProviders, signal } = context;
  const path = await artifacts.localPath(artifact);
  const modelFile = { kind, path, sha256: artifact.sha256, executionProviders };
  let done = 0;
  const onProgress = (progress: TaskProgress) => {
    if (progress.type === "documents") done += progress.documents;
    context.progress("embedding", done, Number(corpus.documents), "documents");
  };

  const embedShard = async (shard: DocumentShard, index: number): Promise<ArtifactRef> => {
    const path = vectorsPath(folder, index);
    const documents = Number(shard.documents);
    const known = await artifacts.stat(path);
    if (known) {
      done += documents;
      return known;
    }
    const { uri = "", sha256 } = shard.artifact ?? {};
    const task = { path: await artifacts.localPath({ uri, sha256 }), documents, model: modelFile, halfPrecision };
    const { vectors } = await runTask(pool, "vectors", task, { signal, onProgress });
    return artifacts.put(path, inPieces(vectors));
  };

  // One shard of a remote model has as many requests under way as its concurrency allows.
  const vectors = await inBatches(corpus.shards, embedShard, kind === "remote" ? 1 : AT_ONCE);
  const valueBytes = halfPrecision ? 2 : 4;
  const rowBytes = (vectors[0]?.sizeBytes ?? 0) / Number(corpus.shards[0]?.documents ?? 1n);
  for (const [i, shard] of corpus.shards.entries()) {
    const found = (vectors[i]?.sizeBytes ?? 0) / Number(shard.documents);
    if (found !== rowBytes) {
      const message = `the model gave vectors of ${rowBytes / valueBytes} values for shard 0 and ${found / valueBytes} for shard ${i}`;
      throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: kind });
    }
  }
  return { vectors, dimensions: rowBytes / valueBytes };
}

/** Vectors of more shards than threads would only wait in memory. */
const AT_ONCE = 16;

async function inBatches<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atOnce: number,
): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += atOnce) {
    const batch = items.slice(first, first + atOnce);
    results.push(...(await Promise.all(batch.map((item, i) => work(item, first + i)))));
  }
  return results;
}
