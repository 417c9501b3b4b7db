import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactRef } from "@climb/ports";
import { type GivenSettings, localVectors } from "../models/given-vectors.js";
import type { TakenShard } from "../tasks/given-by-id.js";
import type { Making, Work } from "./context.js";
import { vectorsPath } from "./vector-shards.js";
import type { SetVectors, VectorSources } from "./write-vectors.js";

/**
 * Takes vectors that were given with ids, for every document of the corpus. This is one job: the vectors stand in any
 * order, so that whoever wants those of one shard must have read all.
 * @throws ServiceError RECORD_INVALID, see {@link takeById}
 */
export async function takeVectorsById(
  { platform, pool }: Work,
  { signal, report }: Making,
  { files, columns }: GivenSettings,
  { setId, corpus, model, halfPrecision }: VectorSources,
): Promise<SetVectors> {
  const { artifacts } = platform;
  const scratch = await mkdtemp(join(tmpdir(), "climb-vectors-"));
  try {
    const vectors: ArtifactRef[] = [];
    const failed = new AbortController();
    let storing = Promise.resolve();
    let done = 0;
    const store = async ({ index, file, documents }: TakenShard) => {
      const naming = { setId, ...model, halfPrecision };
      vectors[index] = await artifacts.put(vectorsPath(naming, corpus.manifest, index), createReadStream(file));
      await rm(file);
      done += documents;
      report({ stage: "taking vectors", done, total: Number(corpus.manifest.documents), unit: "documents" });
    };
    const onProgress = (taken: TakenShard) => {
      storing = storing.then(() => store(taken));
      storing.catch((error) => failed.abort(error));
    };
    const shards = await Promise.all(
      corpus.manifest.shards.map(async ({ artifact, documents }) => ({
        path: await artifacts.localPath(artifact ?? { uri: "" }),
        documents: Number(documents),
      })),
    );
    const local = await Promise.all(
      files.map(async (file) => ({ path: await localVectors(file, platform), name: file.path })),
    );
    const dimensions = await pool.run(
      "takeById",
      { table: { files: local, columns }, shards, scratch, halfPrecision },
      { signal: AbortSignal.any([signal, failed.signal]), onProgress },
    );
    await storing;
    return { vectors, dimensions };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
