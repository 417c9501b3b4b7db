import { type ArtifactRef, type ArtifactStore, keptJson, readJson } from "@climb/ports";
import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { DomainTokens, TokenSet } from "@climb/proto/training/v1/training_service";
import { type MakeContext, type ShardWork, toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { gatherIntoJobs } from "../core/cut.js";
import { refOf, type WorkContext } from "./inputs.js";
import { findArtifacts } from "./shard-artifacts.js";
import type { DoShard, JoinParams, TokenParams } from "./token-params.js";
import { readPart, type TokenPart, tokensInPart } from "./token-part.js";
import { partsOf } from "./tokenise.js";

/** A job joins so many tokens or more; the domains of a small corpus are all joined in one. */
const MIN_JOB_TOKENS = 2 ** 25;
const HEADERS_AT_ONCE = 32;

/** What the parts of a set have, and what comes of them. */
interface PartIndex {
  /** The name of each domain's artifact. */
  paths: string[];
  /** Bytes that a token takes. */
  bytes: number;
  parts: TokenPart[];
}

/** Puts the tokens of each domain together, shard after shard; returns the domains in order. */
export async function joinDomains(
  { platform: { artifacts } }: WorkContext,
  { id }: TokenSet,
  { domains }: DomainManifest,
  parts: readonly ArtifactRef[],
  bytes: number,
  making: MakeContext<TokenSet>,
  shards: ShardWork<TokenParams>,
): Promise<DomainTokens[]> {
  const paths = domains.map((domain) => `training/token-sets/${id}/tokens-${domain.id}.u${8 * bytes}`);
  const index = await storedIndex(artifacts, id, paths, bytes, parts);
  const jobs = jobsOf(index);
  const tokens = domainTokens(index);
  const joined = await making.shards(shards, {
    key: contentId("token-domains", id, index.ref.sha256),
    params: { step: "join", index: refOf(index.ref) },
    stage: "joining the domains",
    unit: "tokens",
    units: jobs.map((members) => members.reduce((sum, j) => sum + (tokens[j] as number), 0)),
    find: findArtifacts(
      artifacts,
      jobs.map((members) => members.map((j) => paths[j] as string)),
    ),
  });
  return joined.flat().map((stored, j) => {
    const { id: domainId, textBytes } = domains[j] as (typeof domains)[number];
    const artifact = toArtifact(stored);
    return { domainId, tokens: artifact.sizeBytes / BigInt(bytes), textBytes, artifact };
  });
}

/** Reads what the jobs of a set share; joins the domains of one. */
export async function prepareJoining(artifacts: ArtifactStore, params: JoinParams): Promise<DoShard> {
  const index = await readJson<PartIndex>(artifacts, params.index);
  const jobs = jobsOf(index);
  async function* tokensOf(domain: number, signal: AbortSignal) {
    for (const part of index.parts) {
      signal.throwIfAborted();
      yield* tokensInPart(artifacts, part, domain, index.bytes);
    }
  }
  return async (job, signal) => {
    for (const domain of jobs[job] ?? []) {
      const path = index.paths[domain] as string;
      if (!(await artifacts.keep(path))) await artifacts.put(path, tokensOf(domain, signal));
    }
  };
}

/** What the parts have, read from each once. */
async function storedIndex(
  artifacts: ArtifactStore,
  id: string,
  paths: string[],
  bytes: number,
  refs: readonly ArtifactRef[],
) {
  const path = `${partsOf(id)}index.json`;
  const { ref, value } = await keptJson(artifacts, path, async (): Promise<PartIndex> => {
    const parts: TokenPart[] = [];
    for (let at = 0; at < refs.length; at += HEADERS_AT_ONCE) {
      const some = refs.slice(at, at + HEADERS_AT_ONCE);
      parts.push(...(await Promise.all(some.map((ref) => readPart(artifacts, ref, paths.length)))));
    }
    return { paths, bytes, parts };
  });
  return { ref, ...value };
}

function domainTokens({ paths, parts }: PartIndex): number[] {
  return paths.map((_, j) => parts.reduce((sum, { tokens }) => sum + (tokens[j] ?? 0), 0));
}

/** The domains that each job joins. */
function jobsOf(index: PartIndex): number[][] {
  return gatherIntoJobs(domainTokens(index), MIN_JOB_TOKENS);
}
