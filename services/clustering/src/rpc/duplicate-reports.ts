import type { ArtifactStore } from "@climb/ports";
import { DuplicateReportFinished } from "@climb/proto/clustering/v1/clustering_events";
import {
  type ClusteringServiceDefinition,
  type CreateDuplicateReportRequest,
  DomainSpec,
  DuplicateReport,
  type RemoveDuplicatesResponse,
} from "@climb/proto/clustering/v1/clustering_service";
import { type Checked, defineResource, fieldFault, pending, type ResourceKind } from "@climb/resources";
import { contentId, type Handlers } from "@climb/runtime";
import type { ClusteringContext, ClusteringStores } from "../steps/context.js";
import { defineDuplicateParts, makeDuplicateReport } from "../steps/duplicates.js";
import { readRemoval } from "../steps/removal.js";
import { finishedSet, manifestOf } from "../steps/sets.js";

const DEFAULT_THRESHOLDS = [0.9, 0.95, 0.99];

export type DuplicateReports = ResourceKind<
  DuplicateReport,
  CreateDuplicateReportRequest,
  "DuplicateReport",
  "DuplicateReports"
>;

/** Reports of what thresholds of similarity would remove from a domain set. */
export function defineDuplicateReports(context: ClusteringContext, stores: ClusteringStores): DuplicateReports {
  const reports: DuplicateReports = defineResource(context.platform, {
    kind: "duplicate-report",
    message: DuplicateReport,
    names: { one: "DuplicateReport", many: "DuplicateReports" },
    check: (request: CreateDuplicateReportRequest) => check(context.platform.artifacts, stores, request),
    concurrency: 1,
    make: (report, making) => makeDuplicateReport(context, stores, parts, report, making),
    event: (reportId, state) => ({
      subject: "clustering.duplicate_report_finished",
      payload: DuplicateReportFinished.encode({ reportId, state }).finish(),
    }),
  });
  const parts = defineDuplicateParts(context, stores, reports);
  return reports;
}

async function check(
  artifacts: ArtifactStore,
  stores: ClusteringStores,
  { spec }: CreateDuplicateReportRequest,
): Promise<Checked<DuplicateReport>> {
  const given = spec?.thresholds ?? [];
  const thresholds = [...new Set(given.length > 0 ? given : DEFAULT_THRESHOLDS)].sort((a, b) => a - b);
  const domainSet = await finishedSet(stores, spec?.domainSetId ?? "");
  const domainSetId = domainSet.id;
  if ((await manifestOf(artifacts, domainSet)).corpus?.withoutText) {
    const expected = "a set of documents with text, by which near-duplicates are confirmed";
    return { faults: [fieldFault("spec.domain_set_id", domainSetId, expected)] };
  }
  const id = contentId("duplicate-report", domainSetId, ...thresholds);
  const wanted = DuplicateReport.fromPartial({ id, spec: { domainSetId, thresholds }, status: pending(new Date()) });
  return { faults: [], wanted };
}

/**
 * The calls about near-duplicates. The contract calls a report by a shorter name than its kind.
 * @param begin starts a domain set
 */
export function duplicateCalls(
  { calls, create }: DuplicateReports,
  stores: ClusteringStores,
  begin: (spec: DomainSpec, requestId: string) => Promise<RemoveDuplicatesResponse>,
) {
  const named = async (answer: Promise<{ duplicateReport: DuplicateReport }>) => ({
    report: (await answer).duplicateReport,
  });
  return {
    createDuplicateReport: (request, context) => named(create(request, context)),
    getDuplicateReport: (request) => named(calls.getDuplicateReport(request)),
    updateDuplicateReport: (request) => named(calls.updateDuplicateReport(request)),
    cancelDuplicateReport: (request) => named(calls.cancelDuplicateReport(request)),
    deleteDuplicateReport: calls.deleteDuplicateReport,
    async listDuplicateReports(request) {
      const { duplicateReports: reports, nextPageToken } = await calls.listDuplicateReports(request);
      return { reports, nextPageToken };
    },
    async *watchDuplicateReport(request, context) {
      for await (const { sequence, duplicateReport: report } of calls.watchDuplicateReport(request, context)) {
        yield { sequence, report };
      }
    },
    async removeDuplicates({ requestId, reportId, threshold }) {
      const { domainSetId } = await readRemoval(stores, { reportId, threshold });
      const { spec } = await finishedSet(stores, domainSetId);
      return begin(DomainSpec.fromPartial({ ...spec, duplicates: { reportId, threshold } }), requestId);
    },
  } satisfies Handlers<typeof ClusteringServiceDefinition>;
}
