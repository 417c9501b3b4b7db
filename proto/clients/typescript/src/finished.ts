import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { Status } from "nice-grpc";
import { ClimbError } from "./errors.js";

/** What a watch shows: a search, a data set, an embedding set … */
export type Watched<M> = NonNullable<M[Exclude<keyof M, "sequence">]>;

/** Work that ended without success. */
export class WorkFailedError extends ClimbError {}

/**
 * Reads a watch until the work has ended.
 * @param onChange told each state and each progress
 * @returns the resource, SUCCEEDED
 * @throws WorkFailedError FAILED_PRECONDITION with the failure's reason, CANCELLED if the work was cancelled
 */
export async function finished<M extends { sequence: bigint }>(
  watch: AsyncIterable<M>,
  onChange?: (resource: Watched<M>) => void,
): Promise<Watched<M>> {
  for await (const { sequence: _, ...shown } of watch) {
    const [resource] = Object.values(shown) as (Watched<M> & { id: string; status?: JobStatus })[];
    if (!resource) continue;
    onChange?.(resource);
    const { state, failure } = resource.status ?? {};
    if (state === JobState.JOB_STATE_SUCCEEDED) return resource;
    if (state === JobState.JOB_STATE_CANCELLED)
      throw new WorkFailedError(Status.CANCELLED, "", `${resource.id} was cancelled`);
    if (state === JobState.JOB_STATE_FAILED) {
      const { reason = "", message = "no failure was given", metadata } = failure ?? {};
      throw new WorkFailedError(Status.FAILED_PRECONDITION, reason, message, metadata);
    }
  }
  throw new WorkFailedError(Status.UNKNOWN, "", "the watch ended before the work");
}
