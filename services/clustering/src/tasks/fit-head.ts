import { readDocuments } from "@climb/corpus";
import { seeded } from "@climb/numeric";
import { ServiceError, type TaskContext } from "@climb/runtime/worker";
import { type AnnotationHead, fitAnnotationHead } from "../core/annotation-head.js";
import { readVectors, type VectorShard } from "./vectors.js";

/** Fits an annotation head to documents of the corpus and to texts that were embedded for it. */
export interface FitHeadTask {
  shards: (VectorShard & { documentsPath: string })[];
  dimensions: number;
  /** Scores by document id. */
  scores: Map<string, number>;
  /** Vectors of annotated texts, row by row, and their scores. */
  textVectors: Float32Array;
  textScores: number[];
  seed: number;
  /** For messages. */
  name: string;
}

export interface FittedHead extends AnnotationHead {
  /** Annotations that name no document. */
  unknown: number;
}

const FEWEST_ANNOTATIONS = 20;

/** @throws ServiceError invalid INPUT_EMPTY if too few annotations can be used */
export async function fitHead(task: FitHeadTask, { progress }: TaskContext<number>): Promise<FittedHead> {
  const { shards, dimensions, scores, textVectors, textScores, seed, name } = task;
  const vectors = textScores.map((_, i) => textVectors.subarray(i * dimensions, (i + 1) * dimensions));
  const values = [...textScores];
  let read = 0;
  for (const shard of scores.size > 0 ? shards : []) {
    const points = await readVectors(shard, dimensions);
    let row = 0;
    for await (const { id } of readDocuments(shard.documentsPath)) {
      const score = scores.get(id);
      if (score !== undefined) {
        vectors.push(points.values.slice(row * dimensions, (row + 1) * dimensions));
        values.push(score);
      }
      row++;
      if (++read % 1000 === 0) progress(read);
    }
  }
  const unknown = scores.size + textScores.length - values.length;
  if (values.length < FEWEST_ANNOTATIONS) {
    const message = `scorer "${name}": ${values.length} annotations can be used, expected at least ${FEWEST_ANNOTATIONS}; ${unknown} name no document of the corpus`;
    throw new ServiceError("invalid", "INPUT_EMPTY", message, { path: name });
  }
  return { ...fitAnnotationHead(vectors, values, seeded(seed).child("annotations")), unknown };
}
