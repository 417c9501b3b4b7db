import { createHash } from "node:crypto";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { DatasetSpec } from "@climb/proto/search/v1/search_service";
import { DEFAULT_MAX_REPETITION, type DomainSample } from "../../core/index.js";
import { leftOutOf } from "../../rpc/convert-result.js";
import { type DatasetInputs, sizeInTokens } from "./inputs.js";

/** Form of the file; grows when a field changes its meaning. */
const FORMAT = 1;

export interface ManifestData {
  spec: DatasetSpec;
  inputs: DatasetInputs;
  /** What the sample has of each domain, if there is one. */
  sample: DomainSample[] | undefined;
  files: Readonly<Record<string, Artifact>>;
  documents: { documents: number; textBytes: number } | undefined;
}

/**
 * manifest.json of a data set: the plan that it was drawn by, what came of it, and the digest of every file, so that a copy
 * can be checked without anything else. `climb dataset verify` reads it.
 */
export function datasetManifest({ spec, inputs, sample, files, documents }: ManifestData): string {
  const { domains: domainManifest, sample: drawn } = inputs;
  const corpus = createHash("sha256");
  for (const { artifact } of domainManifest.corpus?.shards ?? []) corpus.update(`${artifact?.sha256 ?? ""}\n`);
  const total = sample?.reduce((sum, { tokens }) => sum + tokens, 0) ?? 0;
  const json = {
    format: FORMAT,
    domainSetId: spec.domainSetId,
    tokenSetId: spec.tokenSetId || undefined,
    corpus: { sha256: corpus.digest("hex"), documents: Number(domainManifest.corpus?.documents ?? 0n) },
    leftOut: leftOutOf(inputs.decontamination),
    documents: documents?.documents ?? 0,
    textBytes: documents?.textBytes ?? 0,
    sample: sample && {
      unit: drawn?.tokens ? "tokens" : "documents",
      seed: spec.seed,
      maxRepetition: spec.maxRepetition || DEFAULT_MAX_REPETITION,
      tokenizerSha256: drawn?.tokens?.tokenizer?.sha256,
      tokens: total,
      domains: domainManifest.domains.map(({ id, label, documents: own }, j) => {
        const taken = sample[j] as DomainSample;
        const tokens = sizeInTokens({ documents: own }, drawn?.tokens?.domains[j]);
        return {
          id,
          label,
          weight: spec.mixture[j] ?? 0,
          share: total > 0 ? taken.tokens / total : 0,
          repetition: tokens > 0 ? taken.tokens / tokens : 0,
          ...taken,
          inCorpus: { tokens, documents: Number(own) },
        };
      }),
    },
    files: Object.fromEntries(
      Object.entries(files)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { sha256, sizeBytes }]) => [name, { sha256, bytes: Number(sizeBytes) }]),
    ),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
