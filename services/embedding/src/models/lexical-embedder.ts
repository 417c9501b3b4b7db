import { createEmbedder } from "../core/lexical-model.js";
import { decodeModel } from "../core/model-file.js";
import { MAX_CHARACTERS } from "../core/options.js";
import type { TextEmbedder } from "./embedder.js";

const TELL_EVERY_DOCUMENTS = 200;

/** The lexical model from its bytes. @throws Error if they are no model of this version */
export function lexicalEmbedder(bytes: Uint8Array): TextEmbedder {
  const model = decodeModel(bytes);
  const { dimensions } = model;
  const embed = createEmbedder(model, MAX_CHARACTERS);
  return {
    async embed(texts, onProgress) {
      const vectors = new Float32Array(texts.length * dimensions);
      for (const [row, text] of texts.entries()) {
        embed(text, vectors, row * dimensions);
        if ((row + 1) % TELL_EVERY_DOCUMENTS === 0) onProgress?.(TELL_EVERY_DOCUMENTS);
      }
      onProgress?.(texts.length % TELL_EVERY_DOCUMENTS);
      return { vectors, dimensions };
    },
  };
}
