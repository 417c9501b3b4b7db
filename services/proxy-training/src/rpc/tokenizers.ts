import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactRef, ArtifactStore, Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { contentId, ServiceError, type WorkerPool, whyUnreadable } from "@climb/runtime";
import type { Vocabulary } from "../core/tokenizer/vocabulary.js";
import { readVocabulary, refusedTokenizer } from "../steps/tokenizer.js";
import type { Tasks } from "../tasks/worker.js";

/**
 * Takes a tokenizer.json, or that of a folder, into the store.
 * @param given with `allowLossy` one that takes texts for one another is taken, with a warning
 * @throws ServiceError invalid PATH_UNREADABLE, or MODEL_UNKNOWN saying why it cannot be used
 */
export async function importTokenizer(
  { artifacts, callerFile }: Platform,
  pool: WorkerPool<Tasks>,
  given: { path: string; endOfText: string; allowLossy?: boolean },
  signal: AbortSignal,
): Promise<Vocabulary & { tokenizer: Artifact; warnings: string[] }> {
  let { path } = given;
  let json: string;
  try {
    const local = await callerFile(path);
    const isFolder = (await stat(local)).isDirectory();
    if (isFolder) path = join(path, "tokenizer.json");
    json = await readFile(isFolder ? join(local, "tokenizer.json") : local, "utf8");
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== "invalid") throw error;
    const why = error instanceof ServiceError ? error.message : `${path} ${whyUnreadable(error)}`;
    const message = `${why}; expected a Hugging Face tokenizer.json`;
    throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
  }
  const known = readVocabulary(json, path, given.endOfText);
  const { unreadable, losses } = await pool.run("checkTokenizer", { json, ...known }, { signal });
  if (unreadable) throw refusedTokenizer(path, unreadable);
  const lost = losses.length > 0 ? `it gives the same ids to ${losses.join(", to ")}` : "";
  if (lost && !given.allowLossy) {
    const expected = "expected a tokenizer that tells all texts apart, such as BPE on bytes, or allow_lossy";
    throw refusedTokenizer(path, `${lost}; ${expected}`);
  }
  const warnings = lost ? [`The tokenizer loses text: ${lost}. Bits per byte leave out what it loses.`] : [];
  return { ...known, warnings, tokenizer: toArtifact(await putTokenizer(artifacts, json)) };
}

/** Keeps a tokenizer.json under its content. */
export function putTokenizer(artifacts: ArtifactStore, json: string): Promise<ArtifactRef> {
  return artifacts.put(`training/tokenizers/${contentId("tokenizer", json)}.json`, Buffer.from(json, "utf8"));
}
