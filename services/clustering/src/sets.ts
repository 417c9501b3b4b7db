import { DomainManifest, type DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { type Platform, ServiceError } from "@climb/runtime";
import { readAll } from "./artifacts.js";
import type { ClusteringStore } from "./store.js";

/** A set that has succeeded. @throws ServiceError notFound RESOURCE_UNKNOWN, wrongState STATE_FORBIDS */
export async function finishedSet({ sets }: ClusteringStore, id: string): Promise<DomainSet> {
  const set = await sets.require(id);
  const state = JobState[set.status?.state ?? JobState.JOB_STATE_UNSPECIFIED];
  if (set.status?.state !== JobState.JOB_STATE_SUCCEEDED) {
    const message = `domain set ${id} is ${state}, expected JOB_STATE_SUCCEEDED`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain set", id, state });
  }
  return set;
}

/** The manifest of a finished set. */
export async function manifestOf({ artifacts }: Platform, { manifest }: DomainSet): Promise<DomainManifest> {
  return DomainManifest.fromJSON(JSON.parse((await readAll(artifacts, manifest?.uri ?? "")).toString("utf8")));
}
