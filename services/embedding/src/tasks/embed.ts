import { readFile } from "node:fs/promises";
import { createEmbedder, type Embedder } from "../core/lexical-model.js";
import { decodeModel } from "../core/model-file.js";
import { MAX_CHARACTERS } from "../core/options.js";
import { readShardTexts } from "../shard-file.js";
import { stopIf } from "./stop.js";
import type { EmbeddedTexts, EmbeddingTaskContext, ModelFile, Tasks } from "./task.js";

const TELL_EVERY_DOCUMENTS = 200;
/** Models kept ready in one thread; a default one takes 31 MB. */
const MODELS_KEPT = 2;

interface ReadyModel {
  embed: Embedder;
  dimensions: number;
}

const ready = new Map<string, Promise<ReadyModel>>();

export async function vectorsTask(
  task: Tasks["vectors"]["task"],
  context: EmbeddingTaskContext,
): Promise<EmbeddedTexts> {
  const { embed, dimensions } = await loadModel(task.model);
  const vectors = new Float32Array(task.documents * dimensions);
  let row = 0;
  for await (const text of readShardTexts(task.path)) {
    embed(text, vectors, row * dimensions);
    row++;
    if (row % TELL_EVERY_DOCUMENTS === 0) {
      stopIf(context);
      context.progress({ type: "documents", documents: TELL_EVERY_DOCUMENTS });
    }
  }
  context.progress({ type: "documents", documents: row % TELL_EVERY_DOCUMENTS });
  return { vectors: new Uint8Array(vectors.buffer), dimensions };
}

export async function embedTask(task: Tasks["embed"]["task"]): Promise<EmbeddedTexts> {
  const { embed, dimensions } = await loadModel(task.model);
  const vectors = new Float32Array(task.texts.length * dimensions);
  task.texts.forEach((text, row) => {
    embed(text, vectors, row * dimensions);
  });
  return { vectors: new Uint8Array(vectors.buffer), dimensions };
}

function loadModel({ path, sha256 }: ModelFile): Promise<ReadyModel> {
  const known = ready.get(sha256);
  if (known) return known;
  const [oldest] = ready.keys();
  if (oldest !== undefined && ready.size >= MODELS_KEPT) ready.delete(oldest);
  const loading = readFile(path).then((bytes) => {
    const model = decodeModel(bytes);
    return { embed: createEmbedder(model, MAX_CHARACTERS), dimensions: model.dimensions };
  });
  ready.set(sha256, loading);
  loading.catch(() => ready.delete(sha256));
  return loading;
}
