import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Fault } from "@climb/proto/common/v1/job";
import { type ArtifactStore, contentId, ServiceError, type WorkerPool } from "@climb/runtime";
import { readAnnotations } from "./annotations.js";
import { artifactOf } from "./artifacts.js";
import { expectFastText } from "./fasttext-file.js";
import type { Results, Task } from "./worker.js";

/** Faults that show without opening a file. */
export function scorerFaults(scorers: readonly QualityScorer[]): Fault[] {
  const faults: Fault[] = [];
  scorers.forEach(({ name, threshold, kind }, i) => {
    const fault = (field: string, message: string) =>
      faults.push({ field: `spec.scorers[${i}].${field}`, message, reason: "FIELD_INVALID" });
    if (name === "") fault("name", "expected a short name, found nothing");
    if (scorers.findIndex((other) => other.name === name) < i) fault("name", `${name} is the name of two scorers`);
    if (!Number.isFinite(threshold)) fault("threshold", `expected a number, found ${threshold}`);
    if (!kind) fault("kind", "expected fasttext or annotations, found neither");
    else if (kind.value.path === "" && !storedFile(kind)) fault(`${kind.$case}.path`, "expected a file, found nothing");
  });
  return faults;
}

/**
 * The scorers with their files checked and stored, so that later changes of the files change nothing.
 * @throws ServiceError invalid PATH_UNREADABLE, MODEL_UNKNOWN or RECORD_INVALID with one sentence
 */
export function storedScorers(
  deps: { artifacts: ArtifactStore; pool: WorkerPool<Task, Results[keyof Results], number> },
  scorers: readonly QualityScorer[],
  signal: AbortSignal,
): Promise<QualityScorer[]> {
  const { artifacts, pool } = deps;
  return Promise.all(
    scorers.map(async (scorer) => {
      const { kind } = scorer;
      if (!kind || storedFile(kind)) return scorer;
      if (kind.$case === "annotations") {
        await readAnnotations(kind.value.path);
        const annotations = await storeFile(artifacts, kind.value.path);
        return { ...scorer, kind: { $case: kind.$case, value: { ...kind.value, annotations } } };
      }
      await expectFastText(kind.value.path);
      const model = await storeFile(artifacts, kind.value.path);
      const task = { kind: "checkFastText", path: kind.value.path, labelValues: kind.value.labelValues } as const;
      await pool.run(task, { signal }).catch((error: Error) => {
        if (error.name !== "RangeError") throw error;
        const message = `scorer "${scorer.name}", ${kind.value.path}: ${error.message}`;
        throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "spec.scorers" });
      });
      return { ...scorer, kind: { $case: kind.$case, value: { ...kind.value, model } } };
    }),
  );
}

/** The file of a scorer once it is stored. */
export function storedFile(kind: NonNullable<QualityScorer["kind"]>): Artifact | undefined {
  return kind.$case === "fasttext" ? kind.value.model : kind.value.annotations;
}

async function storeFile(artifacts: ArtifactStore, path: string): Promise<Artifact> {
  const { size, mtimeMs } = await stat(path);
  const name = `clustering/scorers/${contentId("scorer", path, size, String(mtimeMs))}`;
  return artifactOf((await artifacts.stat(name)) ?? (await artifacts.put(name, createReadStream(path))));
}
