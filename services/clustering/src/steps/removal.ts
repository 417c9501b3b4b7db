import type { DuplicateEffect, DuplicateRemoval } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { nameOfState } from "@climb/resources";
import { fieldInvalid, ServiceError } from "@climb/runtime";
import type { FoundDomain } from "../core/domains.js";
import type { ClusteringStores } from "./context.js";

/** What leaves a set as near-duplicates. */
export interface Removal {
  effect: DuplicateEffect;
  /** One for each shard. */
  similarities: Artifact[];
}

/**
 * What a report says of one of its thresholds.
 * @throws ServiceError notFound RESOURCE_UNKNOWN, wrongState STATE_FORBIDS, invalid FIELD_INVALID
 */
export async function readRemoval(
  { reports }: Pick<ClusteringStores, "reports">,
  { reportId: id, threshold }: DuplicateRemoval,
): Promise<Removal & { domainSetId: string }> {
  const { status, effects, similarities, spec } = await reports.require(id);
  if (status?.state !== JobState.JOB_STATE_SUCCEEDED) {
    const state = nameOfState(status);
    const message = `duplicate report ${id} is ${state}, expected SUCCEEDED`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "duplicate-report", id, state });
  }
  const effect = effects.find((known) => known.threshold === threshold);
  if (!effect) {
    const known = effects.map((one) => one.threshold).join(", ");
    throw fieldInvalid("threshold", threshold, `one of those that the report counts: ${known}`);
  }
  return { effect, similarities, domainSetId: spec?.domainSetId ?? "" };
}

/** The domains with the counts that are left; their quality and examples stay, as those of what was like them. */
export function withoutDuplicates(domains: readonly FoundDomain[], effect: DuplicateEffect): FoundDomain[] {
  return domains.map((domain, j) => ({
    ...domain,
    documents: domain.documents - Number(effect.domainDocuments[j] ?? 0n),
    textBytes: domain.textBytes - Number(effect.domainTextBytes[j] ?? 0n),
  }));
}
