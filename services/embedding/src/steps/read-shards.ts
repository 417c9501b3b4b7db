import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CorpusManifest, type DocumentShard } from "@climb/proto/common/v1/corpus";
import { ServiceError } from "@climb/runtime";
import { readArtifact, toArtifact, writeJson } from "../artifact.js";
import type { InputFile } from "../readers/input-file.js";
import type { CorpusOptions } from "../readers/read-corpus.js";
import { QUARANTINE } from "../tasks/read.js";
import { runTask, type TaskProgress } from "../tasks/task.js";
import { type StepContext, shardNumber } from "./context.js";

export interface CorpusToRead {
  /** Names the folder of the shards, so that several models share them. */
  corpusId: string;
  files: InputFile[];
  options: CorpusOptions;
}

/**
 * Reads a corpus into document shards and returns its manifest. A corpus that was read before is not read again; one that
 * was read in part is read again, but the shards that are there stay.
 * @throws ServiceError INPUT_BAD, INPUT_EMPTY, with the quarantine's address
 */
export async function readShards(context: StepContext, corpus: CorpusToRead): Promise<CorpusManifest> {
  const { artifacts } = context;
  const folder = `embedding/corpora/${corpus.corpusId}`;
  const manifestPath = `${folder}/corpus.json`;
  const known = await artifacts.stat(manifestPath);
  if (known) return CorpusManifest.fromJSON(JSON.parse((await readArtifact(artifacts, known.uri)).toString("utf8")));

  const scratch = await mkdtemp(join(tmpdir(), "climb-read-"));
  try {
    const manifest = await readInto(context, corpus, folder, scratch);
    await writeJson(artifacts, manifestPath, CorpusManifest.toJSON(manifest));
    return manifest;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function readInto(
  context: StepContext,
  corpus: CorpusToRead,
  folder: string,
  scratch: string,
): Promise<CorpusManifest> {
  const { artifacts, limits, signal, pool } = context;
  const pathOf = (index: number) => `${folder}/documents-${shardNumber(index)}.jsonl.gz`;
  const stored = await storedShards(context, pathOf);
  const shards: DocumentShard[] = [];
  // Shards are stored one after another while the thread reads on; the first failure stops the reading.
  const failed = new AbortController();
  let storing = Promise.resolve();

  const store = async (shard: TaskProgress & { type: "shard" }) => {
    const path = pathOf(shard.index);
    const ref = shard.file ? await artifacts.put(path, createReadStream(shard.file)) : await artifacts.stat(path);
    if (shard.file) await rm(shard.file);
    if (!ref) throw new Error(`${path} was there when reading began and is gone`);
    shards.push({ artifact: toArtifact(ref), documents: BigInt(shard.documents), textBytes: BigInt(shard.textBytes) });
  };
  const onProgress = (progress: TaskProgress) => {
    if (progress.type === "read")
      context.progress("reading", progress.documents, corpus.options.maxDocuments, "documents");
    if (progress.type === "shard") {
      storing = storing.then(() => store(progress));
      storing.catch((error) => failed.abort(error));
    }
  };
  const putQuarantine = async () => {
    const file = join(scratch, QUARANTINE);
    const size = await stat(file).then(
      (info) => info.size,
      () => 0,
    );
    return size === 0 ? undefined : artifacts.put(`${folder}/${QUARANTINE}`, createReadStream(file));
  };

  const { files, options } = corpus;
  const reading = runTask(
    pool,
    "read",
    { files, options, limits, scratch, stored },
    { signal: AbortSignal.any([signal, failed.signal]), onProgress },
  );
  const summary = await reading.catch(async (error) => {
    await storing;
    if (!(error instanceof ServiceError)) throw error;
    const quarantine = await putQuarantine();
    const metadata = quarantine ? { ...error.metadata, quarantine: quarantine.uri } : error.metadata;
    throw new ServiceError(error.kind, error.reason, error.message, metadata, { cause: error });
  });
  await storing;
  const quarantine = await putQuarantine();
  return {
    corpusId: corpus.corpusId,
    shards,
    documents: BigInt(summary.documents),
    textBytes: shards.reduce((total, shard) => total + shard.textBytes, 0n),
    quarantined: BigInt(summary.quarantined),
    quarantine: quarantine && toArtifact(quarantine),
  };
}

/** Shards of an earlier attempt. */
async function storedShards({ artifacts }: StepContext, pathOf: (index: number) => string): Promise<number[]> {
  const stored: number[] = [];
  while (await artifacts.stat(pathOf(stored.length))) stored.push(stored.length);
  return stored;
}
