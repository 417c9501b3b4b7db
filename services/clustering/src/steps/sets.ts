import { type ArtifactStore, readJson } from "@climb/ports";
import { DomainManifest, type DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { nameOfState } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { NO_ARTIFACT } from "./artifacts.js";
import type { ClusteringStores } from "./context.js";

/** A set that has succeeded. @throws ServiceError notFound RESOURCE_UNKNOWN, wrongState STATE_FORBIDS */
export async function finishedSet({ sets }: Pick<ClusteringStores, "sets">, id: string): Promise<DomainSet> {
  return expectFinished(await sets.require(id));
}

/** The set. @throws ServiceError wrongState STATE_FORBIDS unless it has succeeded */
export function expectFinished(set: DomainSet): DomainSet {
  if (set.status?.state === JobState.JOB_STATE_SUCCEEDED) return set;
  const { id } = set;
  const state = nameOfState(set.status);
  const message = `domain set ${id} is ${state}, expected SUCCEEDED`;
  throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain-set", id, state });
}

/** The manifest of a finished set. */
export async function manifestOf(artifacts: ArtifactStore, { manifest }: DomainSet): Promise<DomainManifest> {
  return DomainManifest.fromJSON(await readJson(artifacts, manifest ?? NO_ARTIFACT));
}
