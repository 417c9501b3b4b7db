import {
  type ClusteringServiceDefinition,
  DomainSpec,
  DuplicateReport,
  type RemoveDuplicatesResponse,
} from "@climb/proto/clustering/v1/clustering_service";
import {
  beginResource,
  cancelResource,
  type Handlers,
  type Platform,
  pending,
  ServiceError,
  watchResource,
} from "@climb/runtime";
import { DEFAULT_THRESHOLDS, duplicateReportId } from "./duplicate-jobs.js";
import { readRemoval } from "./removal.js";
import { finishedSet } from "./sets.js";
import type { ClusteringStore } from "./store.js";

type DuplicateHandlers = Pick<
  Handlers<typeof ClusteringServiceDefinition>,
  | "createDuplicateReport"
  | "getDuplicateReport"
  | "listDuplicateReports"
  | "watchDuplicateReport"
  | "cancelDuplicateReport"
  | "removeDuplicates"
>;

/** The calls about near-duplicates. `begin` starts a domain set. */
export function duplicateHandlers(
  deps: { platform: Platform; store: ClusteringStore; now: () => Date },
  begin: (spec: DomainSpec, requestId: string) => Promise<RemoveDuplicatesResponse>,
): DuplicateHandlers {
  const { platform, store, now } = deps;
  const resources = store.duplicateReports;
  return {
    async createDuplicateReport({ spec, requestId }) {
      const thresholds = checkedThresholds(spec?.thresholds ?? []);
      const { id: domainSetId } = await finishedSet(store, spec?.domainSetId ?? "");
      const id = duplicateReportId(domainSetId, thresholds);
      await platform.claimRequest("clustering", requestId, id);
      const initial = DuplicateReport.fromPartial({ id, spec: { domainSetId, thresholds }, status: pending(now()) });
      return { report: await beginResource({ platform, queue: "duplicates", resources }, initial) };
    },
    getDuplicateReport: async ({ id }) => ({ report: await resources.require(id) }),
    async listDuplicateReports(request) {
      const { items, nextPageToken } = await resources.list(request);
      return { reports: items, nextPageToken };
    },
    async *watchDuplicateReport(request, { signal }) {
      for await (const { sequence, resource } of watchResource(resources, request, signal)) {
        yield { sequence, report: resource };
      }
    },
    cancelDuplicateReport: async ({ id }) => ({ report: await cancelResource(resources, id, now()) }),
    async removeDuplicates({ requestId, reportId, threshold }) {
      const { domainSetId } = await readRemoval({ store }, { reportId, threshold });
      const { spec } = await finishedSet(store, domainSetId);
      return begin(DomainSpec.fromPartial({ ...spec, duplicates: { reportId, threshold } }), requestId);
    },
  };
}

function checkedThresholds(given: readonly number[]): number[] {
  const bad = given.find((threshold) => !(threshold > 0 && threshold <= 1));
  if (bad !== undefined) {
    const message = `spec.thresholds: found ${bad}, expected similarities above 0, at most 1`;
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "spec.thresholds" });
  }
  return [...new Set(given.length > 0 ? given : DEFAULT_THRESHOLDS)].sort((a, b) => a - b);
}
