import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ArtifactRef } from "@climb/runtime";
import { readArtifact } from "../artifact.js";
import type { GivenSettings } from "../models/given-vectors.js";
import { runTask, type TaskProgress } from "../tasks/task.js";
import { type StepContext, type VectorShards, vectorsPath } from "./context.js";

/** Takes vectors that were given, for every document of the corpus. @throws ServiceError RECORD_INVALID, see givenTask */
export async function takeVectors(
  { artifacts, pool, signal, progress }: StepContext,
  folder: string,
  corpus: CorpusManifest,
  { settings, halfPrecision }: { settings: ArtifactRef; halfPrecision: boolean },
): Promise<VectorShards> {
  const scratch = await mkdtemp(join(tmpdir(), "climb-vectors-"));
  try {
    const vectors: ArtifactRef[] = [];
    const failed = new AbortController();
    let storing = Promise.resolve();
    let done = 0;
    const store = async ({ index, file, documents }: TaskProgress & { type: "vectors" }) => {
      vectors[index] = await artifacts.put(vectorsPath(folder, index), createReadStream(file));
      await rm(file);
      done += documents;
      progress("taking vectors", done, Number(corpus.documents), "documents");
    };
    const onProgress = (told: TaskProgress) => {
      if (told.type !== "vectors") return;
      storing = storing.then(() => store(told));
      storing.catch((error) => failed.abort(error));
    };
    const shards = await Promise.all(
      corpus.shards.map(async ({ artifact, documents }) => ({
        path: await artifacts.localPath(artifact ?? { uri: "" }),
        documents: Number(documents),
      })),
    );
    const given = JSON.parse((await readArtifact(artifacts, settings.uri)).toString("utf8")) as GivenSettings;
    const options = { signal: AbortSignal.any([signal, failed.signal]), onProgress };
    const dimensions = await runTask(pool, "given", { settings: given, shards, scratch, halfPrecision }, options);
    await storing;
    return { vectors, dimensions };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
