import { type ArtifactStore, type Platform, readJson, readWhole } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Target } from "@climb/proto/training/v1/target";
import { TokenManifest, type TokenSet } from "@climb/proto/training/v1/training_service";
import { fieldInvalid, type WorkerPool } from "@climb/runtime";
import { kindFromProto, scoreFromProto } from "../rpc/convert.js";
import type { LocalTarget } from "../tasks/local-target.js";
import type { TokenizerFile } from "../tasks/tokenizers.js";
import type { LocalDomain } from "../tasks/train-proxy.js";
import type { Tasks } from "../tasks/worker.js";

/** What all kinds of work of this service use. */
export interface WorkContext {
  platform: Platform;
  /** Threads for work that nobody waits for. */
  pool: WorkerPool<Tasks>;
  /** Threads that there are. */
  workers: number;
}

/** A reference to an artifact, as parameters of shards have it. */
export interface Ref {
  uri: string;
  sha256: string;
}

/** What names an artifact, without its size. */
export function refOf({ uri, sha256 }: Ref): Ref {
  return { uri, sha256 };
}

/** An artifact that a message must have. @throws ServiceError invalid FIELD_INVALID if it has none */
export function required(artifact: Artifact | undefined): Artifact {
  if (artifact) return artifact;
  throw fieldInvalid("artifact", "nothing", "the address of an artifact");
}

/** The domains that a token set is made of, from their DomainManifest as JSON. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readDomains(artifacts: ArtifactStore, domains: Ref): Promise<DomainManifest> {
  return DomainManifest.fromJSON(await readJson(artifacts, domains));
}

/** The manifest of a finished token set. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readManifest(artifacts: ArtifactStore, { manifest }: TokenSet): Promise<TokenManifest> {
  return TokenManifest.fromJSON(await readJson(artifacts, required(manifest)));
}

/** The tokenizer of a finished token set, as tasks are given it. @throws ServiceError notFound ARTIFACT_MISSING */
export async function tokenizerFile(
  artifacts: ArtifactStore,
  { tokenizer, vocabulary, endOfText }: TokenManifest,
): Promise<TokenizerFile> {
  return { json: (await readWhole(artifacts, required(tokenizer))).toString("utf8"), vocabulary, endOfText };
}

/**
 * The token files on this machine of the domains that a mixture takes from; the others have no path.
 * @throws ServiceError notFound ARTIFACT_MISSING
 */
export function localDomains(
  artifacts: ArtifactStore,
  { domains }: TokenManifest,
  mixture: readonly number[],
): Promise<LocalDomain[]> {
  return Promise.all(
    domains.map(async ({ domainId, tokens, artifact }, j) => ({
      id: domainId,
      tokens: Number(tokens),
      path: mixture[j] ? await artifacts.localPath(required(artifact)) : "",
    })),
  );
}

/** The targets' items on this machine. @throws ServiceError notFound ARTIFACT_MISSING */
export function localTargets(artifacts: ArtifactStore, targets: Target[]): Promise<LocalTarget[]> {
  return Promise.all(
    targets.map(async ({ name, kind, scoring, items }) => ({
      name,
      kind: kindFromProto(kind) ?? "text",
      score: scoreFromProto(scoring),
      path: await artifacts.localPath(required(items)),
    })),
  );
}
