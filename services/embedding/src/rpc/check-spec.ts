import type { Platform } from "@climb/ports";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import type { Fault } from "@climb/proto/common/v1/job";
import type { EmbeddingModel, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { ServiceError } from "@climb/runtime";
import { type ModelPlan, planModel } from "../models/plan.js";
import { ANYWHERE, faultOfHost, type RemotePolicy } from "../models/remote-policy.js";
import type { CorpusOptions } from "../readers/document.js";
import type { InputFile } from "../readers/input-file.js";
import { type Places, tryListFiles } from "../readers/list-files.js";
import { readCorpus } from "../readers/read-corpus.js";
import { emptyTally } from "../readers/tally.js";
import { corpusOptions, formatFromProto } from "./convert.js";

/** Bad records after which the search for a first document is left to the job. */
const MAX_PROBED = 200;

export interface CheckedSpec {
  faults: Fault[];
  files: InputFile[];
  /** Unset if the model has a fault. */
  plan?: ModelPlan;
}

/** Every fault of a specification, the files of its corpus, and the model. */
export async function checkSpec(
  spec: EmbeddingSpec,
  platform: Pick<Platform, "callerFile" | "corpusRoots" | "corpusBuckets">,
  remotes: RemotePolicy = ANYWHERE,
): Promise<CheckedSpec> {
  const checked = await checkCorpus(spec, platform, remotes);
  try {
    return { ...checked, plan: await planModel(spec, platform) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const field = `spec.model.${spec.model?.kind?.$case ?? ""}`;
    return { ...checked, faults: [{ field, message: error.message, reason: error.reason }, ...checked.faults] };
  }
}

async function checkCorpus(spec: EmbeddingSpec, places: Places, remotes: RemotePolicy): Promise<CheckedSpec> {
  const faults = [...optionFaults(spec.corpus ?? CorpusSource.create()), ...modelFaults(spec.model, remotes)];
  const source = spec.corpus ?? CorpusSource.create();
  if (source.paths.length === 0) {
    faults.push(fieldFault("corpus.paths", "is empty; expected at least one file, directory or glob"));
    return { faults, files: [] };
  }
  const listed = await tryListFiles(source.paths, places);
  for (const { index, error } of listed.faults) {
    faults.push({ field: `spec.corpus.paths[${index}]`, message: error.message, reason: error.reason });
  }
  if (faults.length === 0) {
    const fault = await findDocument(listed.files, corpusOptions(source));
    if (fault) faults.push(fault);
  }
  return { faults, files: listed.files };
}

/** Reads until the first document. */
async function findDocument(files: InputFile[], options: CorpusOptions): Promise<Fault | undefined> {
  let bad = 0;
  const reading = readCorpus(files, { ...options, maxBadShare: 1, maxDocuments: 0 }, () => {
    if (++bad >= MAX_PROBED) throw new TooManyToProbe();
  });
  try {
    await reading.next();
    return undefined;
  } catch (error) {
    if (error instanceof TooManyToProbe) return undefined;
    if (!(error instanceof ServiceError)) throw error;
    return { field: "spec.corpus.paths", message: error.message, reason: error.reason };
  } finally {
    await reading.return(emptyTally());
  }
}

class TooManyToProbe extends Error {}

function optionFaults(source: CorpusSource): Fault[] {
  const faults: Fault[] = [];
  const { maxBadShare, maxDocumentBytes } = source;
  if (maxBadShare !== undefined && !(maxBadShare >= 0 && maxBadShare <= 1)) {
    faults.push(fieldFault("corpus.max_bad_share", `is ${maxBadShare}; expected a share from 0 to 1`));
  }
  if (maxDocumentBytes !== 0n && (maxDocumentBytes < 256n || maxDocumentBytes > 67_108_864n)) {
    faults.push(
      fieldFault("corpus.max_document_bytes", `is ${maxDocumentBytes}; expected 256 to 67108864, or 0 for 1 MiB`),
    );
  }
  if (!formatFromProto(source.format)) {
    faults.push(fieldFault("corpus.format", `is ${source.format}; expected unspecified, JSONL, PARQUET or FILES`));
  }
  return faults;
}

function modelFaults(model: EmbeddingModel | undefined, remotes: RemotePolicy): Fault[] {
  const kind = model?.kind;
  if (!kind) return [];
  if (kind.$case === "remote") {
    const { address, model, concurrency } = kind.value;
    const faults: Fault[] = [];
    if (!/^https?:\/\/[^/]/.test(address) || !URL.canParse(address)) {
      faults.push(fieldFault("model.remote.address", `is "${address}"; expected an address like http://tei:8080`));
    } else {
      const fault = faultOfHost(address, remotes);
      if (fault) faults.push(fieldFault("model.remote.address", `is refused: ${fault}`));
    }
    if (!model) faults.push(fieldFault("model.remote.model", "is empty; expected the name of a model"));
    if (concurrency > 256) {
      faults.push(fieldFault("model.remote.concurrency", `is ${concurrency}; expected at most 256, or 0 for 8`));
    }
    return faults;
  }
  if (kind.$case !== "lexical") return [];
  const { dimensions, maxTerms } = kind.value;
  const faults: Fault[] = [];
  if (dimensions !== 0 && (dimensions < 2 || dimensions > 2048)) {
    faults.push(fieldFault("model.lexical.dimensions", `is ${dimensions}; expected 2 to 2048, or 0 for 256`));
  }
  if (maxTerms > 1_000_000) {
    faults.push(fieldFault("model.lexical.max_terms", `is ${maxTerms}; expected at most 1000000, or 0 for 30000`));
  }
  return faults;
}

function fieldFault(field: string, message: string): Fault {
  return { field: `spec.${field}`, message: `${field} ${message}`, reason: "FIELD_INVALID" };
}
