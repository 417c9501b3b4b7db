import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type InferenceSession, openSession } from "@climb/onnx";
import { ServiceError } from "@climb/runtime/worker";
import { Tokenizer } from "@huggingface/tokenizers";
import { createEncoder } from "../core/onnx/encoder.js";
import { createTokenReader, type TokenReader } from "../core/onnx/token-reader.js";
import { readDense } from "./dense-module.js";
import type { TextEmbedder } from "./embedder.js";
import type { OnnxSettings } from "./onnx-folder.js";

/** Tokens of a batch, padding included: enough to fill one thread, few enough to stay near its cache. */
export const BATCH_TOKENS = 2048;

export interface OpenedOnnx {
  session: InferenceSession;
  reader: TokenReader;
  embedder: TextEmbedder;
}

/** Opens the model and the tokenizer of a folder. @throws ServiceError MODEL_UNKNOWN with one sentence */
export async function openOnnxModel(
  settings: OnnxSettings,
  executionProviders: readonly string[] = ["cpu"],
): Promise<OpenedOnnx> {
  const { folder, modelFile, maxTokens, prefix, includePrefix, pooling, dimensions, padId } = settings;
  const dense = await Promise.all((settings.dense ?? []).map((module) => readDense(folder, module)));
  const tokenizer = await attempt(folder, "tokenizer.json", async () => {
    const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8")) as object;
    return new Tokenizer(await read("tokenizer.json"), await read("tokenizer_config.json").catch(() => ({})));
  });
  return attempt(folder, modelFile, async () => {
    const reader = createTokenReader(tokenizer, maxTokens);
    // From the path, not from bytes: large models keep their weights in files beside it.
    const session = await openSession(join(folder, modelFile), { executionProviders });
    const prefixTokens = prefix ? tokenizer.encode(prefix, { add_special_tokens: false }).ids.length : 0;
    const pooledFrom = includePrefix ? 0 : reader.leading + prefixTokens;
    const options = { pooling, dense, dimensions, padId, pooledFrom, batchTokens: BATCH_TOKENS };
    const encoder = createEncoder(session, options);
    const embedder: TextEmbedder = {
      embed(texts, onProgress) {
        return encoder.encode(
          texts.map((text) => reader.read(prefix + text)),
          onProgress,
        );
      },
    };
    return { session, reader, embedder };
  });
}

const PROBES = ["A few words, to see what comes of them.", "1"];

/**
 * Tries a folder on two short texts, so that what cannot work is known before a corpus is read.
 * @throws ServiceError MODEL_UNKNOWN with what was found and what was expected
 */
export async function probeOnnxModel(settings: OnnxSettings, executionProviders?: readonly string[]): Promise<void> {
  const { session, embedder } = await openOnnxModel(settings, executionProviders);
  try {
    await attempt(settings.folder, settings.modelFile, () => embedder.embed(PROBES));
  } finally {
    await session.release();
  }
}

async function attempt<T>(folder: string, file: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${file} of ${folder} cannot be used: ${reason.split("\n")[0]}`;
    throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: folder }, { cause: error });
  }
}
