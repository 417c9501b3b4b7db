import type { Platform } from "@climb/ports";
import type { QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Fault } from "@climb/proto/common/v1/job";
import { fieldFault } from "@climb/resources";
import { ServiceError, type WorkerPool } from "@climb/runtime";
import { readAnnotations } from "../steps/annotations.js";
import { storeFile } from "../steps/stored-file.js";
import { expectFastText } from "../tasks/fasttext-file.js";
import type { Tasks } from "../tasks/worker.js";

/** Faults that show without opening a file and that no rule of the contract can say. */
export function scorerFaults(scorers: readonly QualityScorer[]): Fault[] {
  const faults: Fault[] = [];
  scorers.forEach(({ name, kind }, i) => {
    const fault = (field: string, found: string, expected: string) =>
      faults.push(fieldFault(`spec.scorers[${i}].${field}`, found, expected));
    if (scorers.findIndex((other) => other.name === name) < i) fault("name", name, "a name that no other scorer has");
    if (kind?.value.path === "" && !storedFile(kind)) fault(`${kind.$case}.path`, "nothing", "a file");
  });
  return faults;
}

/** Faults of the files of scorers, each read whole; none for a scorer whose file was checked and stored before. */
export async function scorerFileFaults(
  platform: Platform,
  pool: WorkerPool<Tasks>,
  scorers: readonly QualityScorer[],
  signal: AbortSignal,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [i, { kind }] of scorers.entries()) {
    if (!kind || storedFile(kind) || kind.value.path === "") continue;
    const field = `spec.scorers[${i}].${kind.$case}`;
    try {
      const path = await platform.callerFile(kind.value.path);
      if (kind.$case === "annotations") await readAnnotations(path);
      else {
        await expectFastText(path);
        await pool.run("checkFastText", { path, labelValues: kind.value.labelValues }, { signal });
      }
    } catch (error) {
      if (error instanceof ServiceError && error.kind !== "unavailable") {
        faults.push({ field: `${field}.path`, message: error.message, reason: error.reason });
      } else if ((error as Error).name === "RangeError") {
        faults.push(fieldFault(`${field}.label_values`, (error as Error).message, "a value for each label"));
      } else throw error;
    }
  }
  return faults;
}

/** The scorers with their files stored, so that later changes of the files change nothing. */
export function storedScorers(platform: Platform, scorers: readonly QualityScorer[]): Promise<QualityScorer[]> {
  return Promise.all(
    scorers.map(async (scorer) => {
      const { kind } = scorer;
      if (!kind || storedFile(kind)) return scorer;
      const file = await storeFile(platform, "scorers", kind.value.path);
      return kind.$case === "fasttext"
        ? { ...scorer, kind: { $case: kind.$case, value: { ...kind.value, model: file } } }
        : { ...scorer, kind: { $case: kind.$case, value: { ...kind.value, annotations: file } } };
    }),
  );
}

/** The file of a scorer once it is stored. */
export function storedFile(kind: NonNullable<QualityScorer["kind"]>): Artifact | undefined {
  return kind.$case === "fasttext" ? kind.value.model : kind.value.annotations;
}
