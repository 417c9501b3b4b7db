import {
  ClusteringServiceDefinition,
  DomainSet,
  DomainSpec,
  type DuplicateRemoval,
} from "@climb/proto/clustering/v1/clustering_service";
import type { Fault } from "@climb/proto/common/v1/job";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import {
  beginResource,
  cancelResource,
  implement,
  type Platform,
  pending,
  type RpcService,
  ServiceError,
  type WorkerPool,
  watchResource,
} from "@climb/runtime";
import { documentsOf, readEmbeddings } from "./artifacts.js";
import { assignHandlers } from "./assign-rpc.js";
import { duplicateHandlers } from "./duplicate-rpc.js";
import { checkLabels } from "./labels.js";
import { domainSetId, optionFaults, planOf } from "./plan.js";
import { readRemoval } from "./removal.js";
import { scorerFileFaults, storedScorers } from "./scorers.js";
import { finishedSet, manifestOf } from "./sets.js";
import type { ClusteringStore } from "./store.js";
import { storeFile } from "./stored-file.js";
import { suggestHandlers } from "./suggest-rpc.js";
import type { Results, Task } from "./worker.js";

export interface ClusteringRoutes {
  platform: Platform;
  store: ClusteringStore;
  /** Threads for callers who wait; apart from the jobs', so that they wait for no job. */
  pool: WorkerPool<Task, Results[keyof Results], number>;
  now: () => Date;
}

/** The service's calls: from contract to store and queue and back. */
export function clusteringRoutes({ platform, store, pool, now }: ClusteringRoutes): RpcService {
  const begin = async (spec: DomainSpec, manifest: EmbeddingManifest, requestId: string) => {
    const plan = planOf(spec, documentsOf(manifest));
    if (spec.duplicates)
      await checkRemoval(store, domainSetId(manifest, plan, { ...spec, duplicates: undefined }), spec.duplicates);
    if (spec.previousDomainSetId) await finishedSet(store, spec.previousDomainSetId);
    const id = domainSetId(manifest, plan, spec);
    await platform.claimRequest("clustering", requestId, id);
    const initial = newDomainSet(id, spec, now());
    return { domainSet: await beginResource({ platform, queue: "clustering", resources: store.sets }, initial) };
  };
  return implement(ClusteringServiceDefinition, {
    async validateDomainSet({ spec }, { signal }) {
      return { faults: (await check({ platform, pool }, spec ?? DomainSpec.create(), signal)).faults };
    },

    async createDomainSet({ spec: given, requestId }, { signal }) {
      const spec = given ?? DomainSpec.create();
      const { faults, manifest, error } = await check({ platform, pool }, spec, signal);
      const [first] = faults;
      if (error) throw error;
      if (first || !manifest) {
        const others = faults.length > 1 ? ` (and ${faults.length - 1} more; ValidateDomainSet lists all)` : "";
        const { field = "spec", message = "cannot be used", reason = "FIELD_INVALID" } = first ?? {};
        throw new ServiceError("invalid", reason, `${field}: ${message}${others}`, { field });
      }
      const { artifacts } = platform;
      const stored = { ...spec, scorers: await storedScorers(artifacts, spec.scorers) };
      if (spec.labels && !spec.labels.file) {
        stored.labels = { ...spec.labels, file: await storeFile(artifacts, "labels", spec.labels.path) };
      }
      return begin(stored, manifest, requestId);
    },

    async getDomainSet({ id }) {
      return { domainSet: await store.sets.require(id) };
    },

    async listDomainSets(request) {
      const { items, nextPageToken } = await store.sets.list(request);
      return { domainSets: items, nextPageToken };
    },

    async *watchDomainSet(request, { signal }) {
      for await (const { sequence, resource } of watchResource(store.sets, request, signal)) {
        yield { sequence, domainSet: resource };
      }
    },

    async cancelDomainSet({ id }) {
      return { domainSet: await cancelResource(store.sets, id, now()) };
    },

    async cutDomainSet({ id, domains, requestId }) {
      const set = await finishedSet(store, id);
      if (set.spec?.duplicates) {
        const message = `domain set ${id} has left out near-duplicates; cut the set that it was made of, and look for them again`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain set", id, state: "SUCCEEDED" });
      }
      const { clusterDomains } = await manifestOf(platform, set);
      const survivors = clusterDomains.filter((domain) => domain >= 0).length;
      if (domains < 1 || domains > survivors) {
        const message = `domains: expected 1 to ${survivors}, the surviving clusters of ${id}, found ${domains}`;
        throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "domains" });
      }
      const cut = DomainSpec.create({ ...set.spec, domains, mergeDistance: undefined });
      return begin(cut, await readEmbeddings(platform.artifacts, embeddingsOf(cut)), requestId);
    },

    ...duplicateHandlers({ platform, store, now }, (spec, requestId) =>
      readEmbeddings(platform.artifacts, embeddingsOf(spec)).then((manifest) => begin(spec, manifest, requestId)),
    ),

    ...suggestHandlers({ platform, store, pool }),
    ...assignHandlers({ platform, store, pool }),
  });
}

/** What makes of a set one without near-duplicates. @throws ServiceError if the report is of another set */
async function checkRemoval(store: ClusteringStore, id: string, duplicates: DuplicateRemoval): Promise<void> {
  const { domainSetId: of } = await readRemoval({ store }, duplicates);
  if (of === id) return;
  const message = `spec.duplicates: report ${duplicates.reportId} is about domain set ${of}, expected ${id}`;
  throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "spec.duplicates" });
}

/** Every fault of a specification at once, and the embeddings if they can be read. */
async function check(
  { platform, pool }: Pick<ClusteringRoutes, "platform" | "pool">,
  spec: DomainSpec,
  signal: AbortSignal,
) {
  const faults: Fault[] = [];
  let manifest: EmbeddingManifest | undefined;
  let missing: ServiceError | undefined;
  if (!spec.embeddings?.uri) {
    const message = "expected the address of an EmbeddingManifest, found nothing";
    faults.push({ field: "spec.embeddings", message, reason: "FIELD_INVALID" });
  } else {
    try {
      manifest = await readEmbeddings(platform.artifacts, spec.embeddings);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.kind === "notFound") missing = error;
      faults.push({ field: "spec.embeddings", message: error.message, reason: error.reason });
    }
  }
  faults.push(...optionFaults(spec, manifest && documentsOf(manifest)));
  faults.push(...(await scorerFileFaults(pool, spec.scorers, signal)));
  faults.push(...(await labelFaults(spec)));
  // A missing artifact has a code of its own in the contract, unless there is more to say.
  return { faults, manifest, error: faults.length === 1 ? missing : undefined };
}

/** Faults of a label file that was not stored before. */
async function labelFaults({ labels }: DomainSpec): Promise<Fault[]> {
  if (!labels || labels.file || labels.path === "") return [];
  try {
    await checkLabels(labels.path);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [{ field: "spec.labels.path", message: error.message, reason: error.reason }];
  }
}

function embeddingsOf({ embeddings }: DomainSpec) {
  return embeddings ?? { uri: "", sha256: "", sizeBytes: 0n };
}

function newDomainSet(id: string, spec: DomainSpec, now: Date): DomainSet {
  return DomainSet.fromPartial({ id, spec, status: pending(now) });
}
