import { toHalves } from "@climb/numeric";
import { loadModel } from "../models/load.js";
import { readShardTexts } from "../shard-file.js";
import { stopIf } from "./stop.js";
import type { EmbeddedTexts, EmbeddingTaskContext, Tasks } from "./task.js";

export async function vectorsTask(
  task: Tasks["vectors"]["task"],
  context: EmbeddingTaskContext,
): Promise<EmbeddedTexts> {
  const model = await loadModel(task.model);
  const texts: string[] = [];
  // A shard's texts are at most 16 MB by default; a model that batches wants all of them.
  for await (const text of readShardTexts(task.path)) texts.push(text);
  const { vectors, dimensions } = await model.embed(texts, (documents) => {
    stopIf(context);
    context.progress({ type: "documents", documents });
  });
  return { vectors: storedBytes(vectors, task.halfPrecision), dimensions };
}

export async function embedTask(task: Tasks["embed"]["task"]): Promise<EmbeddedTexts> {
  const { vectors, dimensions } = await (await loadModel(task.model)).embed(task.texts);
  return { vectors: new Uint8Array(vectors.buffer), dimensions };
}

/** Vectors as they are stored. */
export function storedBytes(vectors: Float32Array, halfPrecision: boolean): Uint8Array {
  return new Uint8Array(halfPrecision ? toHalves(vectors).buffer : vectors.buffer);
}
