import { toHalves } from "@climb/numeric";
import { readShardTexts } from "@climb/readers/shard-file";
import type { TaskContext } from "@climb/runtime/worker";
import { loadModel, type ModelFile } from "../models/load.js";

/** Rows of `dimensions` values, little-endian float32 or float16. */
export interface EmbeddedTexts {
  vectors: Uint8Array;
  dimensions: number;
}

/** The vectors of a whole document shard, float16 if `halfPrecision`. */
export async function embedShard(
  { path, model: file, halfPrecision }: { path: string; model: ModelFile; halfPrecision: boolean },
  context: TaskContext<never>,
): Promise<EmbeddedTexts> {
  const model = await loadModel(file);
  const texts: string[] = [];
  // A shard's texts are at most 16 MB by default; a model that batches wants all of them.
  for await (const text of readShardTexts(path)) texts.push(text);
  const { vectors, dimensions } = await model.embed(texts, () => context.throwIfAborted());
  return { vectors: storedBytes(vectors, halfPrecision), dimensions };
}

/** The vectors of a few texts, float32. */
export async function embedTexts({ texts, model }: { texts: string[]; model: ModelFile }): Promise<EmbeddedTexts> {
  const { vectors, dimensions } = await (await loadModel(model)).embed(texts);
  return { vectors: new Uint8Array(vectors.buffer), dimensions };
}

/** Vectors as they are stored. */
export function storedBytes(vectors: Float32Array, halfPrecision: boolean): Uint8Array {
  return new Uint8Array(halfPrecision ? toHalves(vectors).buffer : vectors.buffer);
}
