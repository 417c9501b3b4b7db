import {
  type Dataset,
  type DatasetSpec,
  DatasetSpec as DatasetSpecMessage,
  SearchServiceDefinition,
  SearchSpec,
} from "@climb/proto/search/v1/search_service";
import {
  beginResource,
  cancelResource,
  contentId,
  implement,
  isFinal,
  isLost,
  type Platform,
  pending,
  type RpcService,
  ServiceError,
  VersionConflictError,
  watchResource,
} from "@climb/runtime";
import { entry, searchJob } from "./jobs.js";
import { liveProgress } from "./progress.js";
import type { Peers } from "./steps/context.js";
import { pause } from "./steps/until-finished.js";
import type { DatasetStore, SearchStore } from "./store.js";
import { checkSearch } from "./validate.js";
import { viewOf } from "./view.js";

export interface SearchRoutes {
  platform: Platform;
  store: SearchStore;
  datasets: DatasetStore;
  peers: Peers;
  now: () => number;
}

const MAX_PAGE_SIZE = 1000;
const DEFAULT_PAGE_SIZE = 50;

/** The service's calls: from contract to store and queue and back. */
export function searchRoutes({ platform, store, datasets, peers, now }: SearchRoutes): RpcService {
  const view = async (id: string) => viewOf((await store.load(id)).events);
  return implement(SearchServiceDefinition, {
    async validateSearch({ spec }, { signal }) {
      return { faults: (await checkSearch(peers, spec ?? SearchSpec.create(), signal)).faults };
    },

    async createSearch({ spec: given, requestId }, { signal }) {
      const { faults, spec } = await checkSearch(peers, given ?? SearchSpec.create(), signal);
      const [first] = faults;
      if (first) {
        const others = faults.length > 1 ? ` (and ${faults.length - 1} more; ValidateSearch lists all)` : "";
        throw new ServiceError("invalid", first.reason, `${first.field}: ${first.message}${others}`, {
          field: first.field,
        });
      }
      const { targets } = await peers.training.importTargets({ sources: spec.targets }, { signal, timeoutMs: 120_000 });
      const id = searchId(
        spec,
        targets.map((target) => target.items?.sha256 ?? ""),
      );
      await platform.claimRequest("search", requestId, id);
      await store.create(id, entry(now(), { $case: "created", value: { searchId: id, spec, targets } }));
      let { events, version } = await store.load(id);
      if (isLost(viewOf(events).search.status)) {
        await store.append(id, version, entry(now(), { $case: "started", value: {} }));
        ({ events, version } = await store.load(id));
      }
      const { search } = viewOf(events);
      if (!isFinal(search.status)) await platform.queue("search").enqueue(searchJob(id, events));
      return { search };
    },

    async getSearch({ id }, { signal }) {
      const { search } = await view(id);
      return { search: await liveProgress(peers, search, signal) };
    },

    async listSearches({ pageSize, pageToken }) {
      const ids = await store.list(pageToken);
      const page = ids.slice(0, size(pageSize));
      const searches = await Promise.all(page.map(async (id) => (await view(id)).search));
      return { searches, nextPageToken: ids.length > page.length ? (page.at(-1) ?? "") : "" };
    },

    async *watchSearch({ id, afterSequence }, { signal }) {
      let seen = Number(afterSequence);
      let shown = "";
      for (;;) {
        const { events, version } = await store.load(id);
        const search = await liveProgress(peers, viewOf(events).search, signal);
        const looks = JSON.stringify(search.status?.progress ?? null);
        if (version > seen || looks !== shown) yield { sequence: BigInt(version), search };
        seen = version;
        shown = looks;
        if (isFinal(search.status)) return;
        await pause(1000, signal);
        signal.throwIfAborted();
      }
    },

    async cancelSearch({ id }) {
      for (;;) {
        const { events, version } = await store.load(id);
        const { search } = viewOf(events);
        if (isFinal(search.status)) return { search };
        try {
          await store.append(id, version, entry(now(), { $case: "cancelled", value: {} }));
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },

    async listSearchRuns({ searchId: id, pageSize, pageToken }) {
      const { runs } = await view(id);
      const start = Number(pageToken || 0);
      const page = runs.slice(start, start + size(pageSize));
      const next = start + page.length;
      return { runs: page, nextPageToken: next < runs.length ? String(next) : "" };
    },

    async createDataset({ spec: given, requestId }) {
      const spec = DatasetSpecMessage.fromPartial(given ?? {});
      if (spec.mixture.length === 0 && !spec.options?.byDomain) {
        const message = "spec.mixture: is empty, expected weights, or options.by_domain for the corpus split by domain";
        throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "spec.mixture" });
      }
      const id = datasetId(spec);
      await platform.claimRequest("search", requestId, id);
      const initial = newDataset(id, spec, new Date(now()));
      return { dataset: await beginResource({ platform, queue: "dataset", resources: datasets }, initial) };
    },

    async getDataset({ id }) {
      return { dataset: await datasets.require(id) };
    },

    async listDatasets(request) {
      const { items, nextPageToken } = await datasets.list(request);
      return { datasets: items, nextPageToken };
    },

    async *watchDataset(request, { signal }) {
      for await (const { sequence, resource } of watchResource(datasets, request, signal)) {
        yield { sequence, dataset: resource };
      }
    },

    async cancelDataset({ id }) {
      const dataset = await cancelResource(datasets, id, new Date(now()));
      return { dataset };
    },
  });
}

/** A search is named by what it asks for, not by its name for people; targets count by their content. */
function searchId(spec: SearchSpec, targetDigests: string[]): string {
  const asked = { ...spec, name: "", targets: spec.targets.map((target) => ({ ...target, paths: [] })) };
  return contentId("search", SearchSpec.encode(asked).finish(), ...targetDigests);
}

function datasetId(spec: DatasetSpec): string {
  return contentId("dataset", DatasetSpecMessage.encode(spec).finish());
}

function newDataset(id: string, spec: DatasetSpec, now: Date): Dataset {
  return { id, spec, status: pending(now), files: {}, documents: 0n, textBytes: 0n };
}

function size(asked: number): number {
  return Math.min(MAX_PAGE_SIZE, asked || DEFAULT_PAGE_SIZE);
}
