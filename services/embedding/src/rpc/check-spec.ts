import type { Platform } from "@climb/ports";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import type { Fault } from "@climb/proto/common/v1/job";
import type { EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { totalSize } from "@climb/readers/bad-input";
import type { CorpusOptions } from "@climb/readers/document";
import type { InputFile } from "@climb/readers/input-file";
import { type Places, tryListFiles } from "@climb/readers/list-files";
import { readPiece } from "@climb/readers/read-piece";
import { emptyTally, expectUsable, isHopeless } from "@climb/readers/tally";
import { fieldFault } from "@climb/resources";
import { ANYWHERE, endpointFault, type RemotePolicy, ServiceError } from "@climb/runtime";
import { type ModelPlan, planModel } from "../models/plan.js";
import { corpusOptions } from "./convert.js";

/** Bad records after which the search for a first document is left to the job. */
const MAX_PROBED = 200;

export interface CheckedSpec {
  faults: Fault[];
  files: InputFile[];
  /** Unset if the model has a fault. */
  plan?: ModelPlan;
}

/** Every fault of a specification, the files of its corpus, and the model. @throws the signal's reason */
export async function checkSpec(
  spec: EmbeddingSpec,
  platform: Pick<Platform, "callerFile" | "corpusRoots" | "corpusBuckets">,
  signal: AbortSignal,
  remotes: RemotePolicy = ANYWHERE,
): Promise<CheckedSpec> {
  const { callerFile, corpusRoots, corpusBuckets } = platform;
  const checked = await checkCorpus(spec, { callerFile, corpusRoots, corpusBuckets, signal }, remotes);
  try {
    return { ...checked, plan: await planModel(spec, platform) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const field = `spec.model.${spec.model?.kind?.$case ?? ""}`;
    return { ...checked, faults: [{ field, message: error.message, reason: error.reason }, ...checked.faults] };
  }
}

async function checkCorpus(spec: EmbeddingSpec, places: Places, remotes: RemotePolicy): Promise<CheckedSpec> {
  const faults = remoteFaults(spec, remotes);
  const source = spec.corpus ?? CorpusSource.create();
  if (source.withoutText && spec.model?.kind?.$case !== "given") {
    faults.push(fieldFault("spec.corpus.without_text", "true", "false, unless vectors are given as spec.model.given"));
  }
  if (source.paths.length === 0) return { faults, files: [] };
  const listed = await tryListFiles(source.paths, places);
  for (const { index, error } of listed.faults) {
    faults.push({ field: `spec.corpus.paths[${index}]`, message: error.message, reason: error.reason });
  }
  if (faults.length === 0) {
    const fault = await findDocument(listed.files, corpusOptions(source), places.signal);
    if (fault) faults.push(fault);
  }
  return { faults, files: listed.files };
}

/** Document texts go only where the operator lets them. */
function remoteFaults({ model }: EmbeddingSpec, remotes: RemotePolicy): Fault[] {
  if (model?.kind?.$case !== "remote") return [];
  const refused = endpointFault(model.kind.value, remotes);
  if (!refused) return [];
  const { fault } = refused;
  const field = `model.remote.${refused.field}`;
  return [{ field: `spec.${field}`, message: `${field} is refused: ${fault}`, reason: "FIELD_INVALID" }];
}

/** Reads until the first document; what is bad before it shows here, without a job. */
async function findDocument(
  files: InputFile[],
  options: CorpusOptions,
  signal: AbortSignal | undefined,
): Promise<Fault | undefined> {
  let bad = 0;
  const tolerance = { ...options, maxBadShare: 1 };
  const reading = readPiece(
    { files },
    { ...options, maxDocuments: 0 },
    {
      onBad: () => {
        signal?.throwIfAborted();
        if (++bad >= MAX_PROBED) throw new TooManyToProbe();
      },
      isHopeless: (tally) => isHopeless(tally, totalSize(files), tolerance),
    },
  );
  try {
    const first = await reading.next();
    if (first.done) expectUsable(first.value, files, tolerance);
    return undefined;
  } catch (error) {
    if (error instanceof TooManyToProbe) return undefined;
    if (!(error instanceof ServiceError)) throw error;
    return { field: "spec.corpus.paths", message: error.message, reason: error.reason };
  } finally {
    await reading.return({ ...emptyTally(), lines: 0, needsLines: false });
  }
}

class TooManyToProbe extends Error {}
