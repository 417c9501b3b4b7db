import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import type { Platform } from "@climb/runtime";
import { readAnnotations } from "./annotations.js";
import { keptJson } from "./artifacts.js";
import type { HeadError } from "./core/annotation-head.js";
import type { StageContext } from "./stages.js";
import type { FittedHead } from "./tasks/fit-head.js";
import type { LocalScorer } from "./tasks/scorers.js";
import { floats } from "./vectors.js";

/** A scorer ready for the survey, and what is known of it. */
export interface PreparedScorer {
  scorer: LocalScorer;
  crossValidation?: HeadError & { unknown: number };
}

/** Texts that are embedded in one call. */
const MOST_TEXTS = 256;

/** Vectors of texts by the model of an embedding set, through the service that made it. */
export function embedWith(platform: Platform, embeddingSetId: string, signal: AbortSignal) {
  return async (texts: readonly string[]): Promise<Float32Array> => {
    const client = platform.connect(EmbeddingServiceDefinition);
    const parts: Uint8Array[] = [];
    for (let from = 0; from < texts.length; from += MOST_TEXTS) {
      const request = { embeddingSetId, texts: texts.slice(from, from + MOST_TEXTS) };
      parts.push((await client.embed(request, { signal })).vectors);
    }
    return floats(Buffer.concat(parts));
  };
}

/** Makes the plan's scorers ready: annotation heads are fitted, once. */
export function prepareScorers(context: StageContext, folder: string): Promise<PreparedScorer[]> {
  const { artifacts, plan, manifest, pool, signal, embed, report } = context;
  return Promise.all(
    plan.scorers.map(async (scorer, i): Promise<PreparedScorer> => {
      const path = await artifacts.localPath(scorer.file);
      if (scorer.kind === "fasttext") return { scorer: { kind: "fasttext", path, labelValues: scorer.labelValues } };
      const head = await keptJson(artifacts, `${folder}/head-${i}.json`, async () => {
        const { byId, texts } = await readAnnotations(path);
        const { dimensions } = manifest;
        const shards = await Promise.all(
          (manifest.corpus?.shards ?? []).map(async ({ artifact, documents }, shard) => ({
            documentsPath: await artifacts.localPath(artifact ?? { uri: "" }),
            vectorsPath: await artifacts.localPath(manifest.vectors[shard] ?? { uri: "" }),
            rows: Number(documents),
          })),
        );
        const task = {
          kind: "fitHead",
          shards,
          dimensions,
          scores: byId,
          textVectors: await embed(texts.map(({ text }) => text)),
          textScores: texts.map(({ score }) => score),
          seed: plan.seed,
          name: scorer.name,
        } as const;
        const total = Number(manifest.corpus?.documents ?? 0n);
        const onProgress = (done: number) => report("annotations", done, total, "documents");
        const fitted = (await pool.run(task, { signal, onProgress })) as FittedHead;
        return { ...fitted, weights: [...fitted.weights] };
      });
      return {
        scorer: { kind: "head", weights: Float64Array.from(head.weights), bias: head.bias },
        crossValidation: { ...head.crossValidation, unknown: head.unknown },
      };
    }),
  );
}
