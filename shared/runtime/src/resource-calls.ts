import { JobState } from "@climb/proto/common/v1/job";
import type { LongResource } from "./resource-jobs.js";
import type { ResourceStore } from "./resources.js";
import { ended, isFinal } from "./status.js";

/** Ends a resource as CANCELLED; one that has ended stays as it is. @throws ServiceError notFound RESOURCE_UNKNOWN */
export function cancelResource<T extends LongResource>(resources: ResourceStore<T>, id: string, now: Date): Promise<T> {
  return resources.update(id, (before) =>
    isFinal(before.status) ? before : { ...before, status: ended(before.status, JobState.JOB_STATE_CANCELLED, now) },
  );
}

/**
 * A resource's snapshots after a sequence, and its end with its last state: at once, without a snapshot, if that was
 * seen already. @throws ServiceError notFound RESOURCE_UNKNOWN
 */
export async function* watchResource<T extends LongResource>(
  resources: ResourceStore<T>,
  { id, afterSequence }: { id: string; afterSequence: bigint },
  signal: AbortSignal,
): AsyncGenerator<{ sequence: bigint; resource: T }> {
  // From 0, because a resource that has ended and was seen to its end would otherwise be watched for ever.
  for await (const { sequence, resource } of resources.watch(id, { afterSequence: 0, signal })) {
    if (BigInt(sequence) > afterSequence) yield { sequence: BigInt(sequence), resource };
    if (isFinal(resource.status)) return;
  }
}
