import { type Platform, readJson } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { JobStatus } from "@climb/proto/common/v1/job";
import type { DatasetSpec } from "@climb/proto/search/v1/search_service";
import { type Decontamination, TokenManifest } from "@climb/proto/training/v1/training_service";
import { nameOfState } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { DEFAULT_MAX_REPETITION, defaultDatasetTokens, tokensPerDomain } from "../../core/index.js";
import type { Peers } from "../context.js";
import { currentLabels } from "../current-labels.js";

/** What a data set is made of. */
export interface DatasetInputs {
  /** The domain manifest's own artifact. */
  manifest: Artifact;
  domains: DomainManifest;
  /** What the token set left out of the domains; the manifest is without it. */
  decontamination: Decontamination | undefined;
  /** What the sample is drawn by; undefined where only the split is wanted. */
  sample: SampleInputs | undefined;
}

/** What a sample is drawn by. */
export interface SampleInputs {
  /** Undefined for a corpus without text: then a document counts as one token. */
  tokens: TokenManifest | undefined;
  /** Tokens to take from each domain. */
  tokensWanted: number[];
  /** Tokens of each domain that another data set has; empty for none. */
  tokensTaken: number[];
}

/** @throws ServiceError wrongState STATE_FORBIDS for what is not finished; RangeError for a domain that would repeat too often */
export async function readInputs(
  artifacts: Platform["artifacts"],
  peers: Peers,
  spec: DatasetSpec,
  signal: AbortSignal,
): Promise<DatasetInputs> {
  const { domainSet } = await peers.clustering.getDomainSet({ id: spec.domainSetId }, { signal });
  if (!domainSet?.manifest) throw unfinished("domain-set", spec.domainSetId, domainSet?.status);
  const whole = DomainManifest.fromJSON(await readJson(artifacts, domainSet.manifest));
  const isCounted = spec.tokenSetId !== "" || (spec.mixture.length > 0 && !whole.corpus?.withoutText);
  const tokens = isCounted ? await tokensOf() : undefined;
  const decontamination = tokens?.decontamination;
  const manifest = decontamination?.domains ?? domainSet.manifest;
  const stored = decontamination ? DomainManifest.fromJSON(await readJson(artifacts, manifest)) : whole;
  const domains = { ...stored, domains: currentLabels(stored.domains, domainSet.domains) };
  const tokensTaken = spec.takenTokens.map(Number);
  const sample =
    spec.mixture.length > 0 ? { tokens, tokensWanted: amounts(spec, domains, tokens), tokensTaken } : undefined;
  return { manifest, domains, decontamination, sample };

  async function tokensOf(): Promise<TokenManifest> {
    const { tokenSet } = await peers.training.getTokenSet({ id: spec.tokenSetId }, { signal });
    if (!tokenSet?.manifest) throw unfinished("token-set", spec.tokenSetId, tokenSet?.status);
    return TokenManifest.fromJSON(await readJson(artifacts, tokenSet.manifest));
  }
}

function unfinished(kind: string, id: string, status: JobStatus | undefined): ServiceError {
  const state = nameOfState(status);
  return new ServiceError("wrongState", "STATE_FORBIDS", `${kind} ${id} is ${state}, expected SUCCEEDED`, {
    kind,
    id,
    state,
  });
}

/** Tokens of a domain; its documents where there are none. */
export function sizeInTokens({ documents }: { documents: bigint }, counted: { tokens: bigint } | undefined): number {
  return Number(counted?.tokens ?? documents);
}

function amounts(spec: DatasetSpec, domains: DomainManifest, tokens: TokenManifest | undefined): number[] {
  const shares = domains.domains.map((domain, j) => ({
    weight: spec.mixture[j] ?? 0,
    tokens: sizeInTokens(domain, tokens?.domains[j]),
  }));
  const limit = spec.maxRepetition || DEFAULT_MAX_REPETITION;
  const wanted = Number(spec.options?.tokens ?? 0n) || defaultDatasetTokens(shares, limit);
  return tokensPerDomain(shares, wanted, limit, spec.takenTokens.map(Number));
}
