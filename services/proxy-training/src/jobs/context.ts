import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { type ArtifactRef, type ArtifactStore, type Platform, type ResourceStore, ServiceError } from "@climb/runtime";
import type { Compute } from "../compute.js";
import type { TrainingStore } from "../store.js";

/** What the jobs of this service use. */
export interface JobContext {
  platform: Platform;
  store: TrainingStore;
  compute: Compute;
  /** Worker threads that there are. */
  workers: number;
  now: () => Date;
  executionProviders: string[];
  checkpointMs: number;
}

export function artifactOf({ uri, sha256, sizeBytes }: ArtifactRef): Artifact {
  return { uri, sha256, sizeBytes: BigInt(sizeBytes) };
}

/** A whole artifact as text. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readText(artifacts: ArtifactStore, artifact: Artifact | undefined): Promise<string> {
  if (!artifact) throw new ServiceError("invalid", "FIELD_INVALID", "an artifact is missing from the request");
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(artifact.uri)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Whether trying again is of no use: what is wrong with a request, or with its numbers, stays wrong. */
export function isLasting(error: unknown): boolean {
  if (error instanceof ServiceError) return ["invalid", "notFound", "exists", "wrongState"].includes(error.kind);
  // By name: an error that came from a worker thread has lost its class.
  return error instanceof Error && error.name === "RangeError";
}

/**
 * Does work on a resource under a signal that fires with the lease, or when the resource is cancelled by a call.
 * Returns false if it was stopped by that call. @throws what the work threw
 */
export async function unlessCancelled<T extends { status: JobStatus | undefined }>(
  resources: ResourceStore<T>,
  id: string,
  lease: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const [cancelled, done] = [new AbortController(), new AbortController()];
  const watching = (async () => {
    const signal = AbortSignal.any([lease, done.signal]);
    for await (const { resource } of resources.watch(id, { afterSequence: 0, signal })) {
      if (resource.status?.state !== JobState.JOB_STATE_CANCELLED) continue;
      return cancelled.abort(new Error(`${id} was cancelled`));
    }
    // A watch that broke costs an early stop, no more: the end of the work looks at the state again.
  })().catch(() => {});
  try {
    await work(AbortSignal.any([lease, cancelled.signal]));
    return true;
  } catch (error) {
    if (lease.aborted || !cancelled.signal.aborted) throw error;
    return false;
  } finally {
    done.abort();
    await watching;
  }
}
