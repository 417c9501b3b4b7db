import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type ArtifactStore, contentId, ServiceError } from "@climb/runtime";
import type { Compute } from "./compute.js";
import { type Vocabulary, vocabularyOf } from "./core/tokenizer/vocabulary.js";
import { artifactOf } from "./jobs/context.js";

/**
 * Takes a tokenizer.json, or that of a folder, into the store.
 * @throws ServiceError invalid PATH_UNREADABLE, or MODEL_UNKNOWN saying why it cannot be used
 */
export async function importTokenizer(
  { artifacts, compute }: { artifacts: ArtifactStore; compute: Compute },
  given: { path: string; endOfText: string },
  signal: AbortSignal,
): Promise<Vocabulary & { tokenizer: Artifact }> {
  let path = given.path;
  let json: string;
  try {
    if ((await stat(path)).isDirectory()) path = join(path, "tokenizer.json");
    json = await readFile(path, "utf8");
  } catch (error) {
    const message = `${path} cannot be read (${(error as Error).message}); expected a Hugging Face tokenizer.json`;
    throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
  }
  const known = readVocabulary(json, path, given.endOfText);
  const fault = await compute("checkTokenizer", { tokenizer: { json, ...known } }, { signal });
  if (fault) throw refused(path, fault);
  const name = `training/tokenizers/${contentId("tokenizer", json)}.json`;
  return { ...known, tokenizer: artifactOf(await artifacts.put(name, Buffer.from(json, "utf8"))) };
}

/** @param path for messages. @throws ServiceError invalid MODEL_UNKNOWN saying why it cannot be used */
export function readVocabulary(json: string, path: string, endOfText: string): Vocabulary {
  try {
    return vocabularyOf(JSON.parse(json), endOfText);
  } catch (error) {
    throw refused(path, (error as Error).message);
  }
}

function refused(path: string, fault: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", `${path}: ${fault}`, { path });
}
