import { keptJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { HeadError } from "../core/annotation-head.js";
import type { LocalScorer } from "../tasks/scorers.js";
import { floats } from "../tasks/vectors.js";
import { readAnnotations } from "./annotations.js";
import { localShard } from "./artifacts.js";
import type { ClusteringContext, StageContext } from "./context.js";

/** A scorer ready for the scan, and what is known of it. */
export interface PreparedScorer {
  scorer: LocalScorer;
  crossValidation?: HeadError & { unknown: number };
}

/** Texts that are embedded in one call. */
const MAX_TEXTS = 256;

/** Vectors of texts by the model of an embedding set, row by row, through the service that made it. */
export async function embedTexts(
  { embedding }: Pick<ClusteringContext, "embedding">,
  embeddingSetId: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Float32Array> {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < texts.length; from += MAX_TEXTS) {
    const request = { embeddingSetId, texts: texts.slice(from, from + MAX_TEXTS) };
    parts.push((await embedding.embed(request, { signal })).vectors);
  }
  return floats(Buffer.concat(parts));
}

/** Makes the plan's scorers ready: annotation heads are fitted, once. */
export function prepareScorers(context: StageContext, folder: string): Promise<PreparedScorer[]> {
  const { platform, plan } = context;
  return Promise.all(
    plan.scorers.map(async (scorer, i): Promise<PreparedScorer> => {
      if (scorer.kind === "fasttext") {
        const path = await platform.artifacts.localPath(scorer.file);
        return { scorer: { kind: "fasttext", path, labelValues: scorer.labelValues } };
      }
      const { value: head } = await keptJson(platform.artifacts, `${folder}/head-${i}.json`, async () => {
        const fitted = await fitHead(context, scorer);
        return { ...fitted, weights: [...fitted.weights] };
      });
      return {
        scorer: { kind: "head", weights: Float64Array.from(head.weights), bias: head.bias },
        crossValidation: { ...head.crossValidation, unknown: head.unknown },
      };
    }),
  );
}

async function fitHead(context: StageContext, { name, file }: { name: string; file: Artifact }) {
  const { platform, plan, manifest, pool, signal, report } = context;
  const { artifacts } = platform;
  const { byId, texts } = await readAnnotations(await artifacts.localPath(file));
  const shards = await Promise.all(
    (manifest.corpus?.shards ?? []).map((_, shard) => localShard(artifacts, manifest, shard)),
  );
  const annotated = texts.map(({ text }) => text);
  const task = {
    shards,
    dimensions: manifest.dimensions,
    scores: byId,
    textVectors: await embedTexts(context, manifest.embeddingSetId, annotated, signal),
    textScores: texts.map(({ score }) => score),
    seed: plan.seed,
    name,
  };
  const total = Number(manifest.corpus?.documents ?? 0n);
  return pool.run("fitHead", task, {
    signal,
    onProgress: (done) => report("annotations", done, total, "documents"),
  });
}
