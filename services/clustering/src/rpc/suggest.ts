import { readWhole } from "@climb/ports";
import type { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { type Handlers, ServiceError } from "@climb/runtime";
import { bestCount } from "../core/suggest.js";
import { localAssignedShards, NO_ARTIFACT, readEmbeddings } from "../steps/artifacts.js";
import type { ClusteringContext, ClusteringStores } from "../steps/context.js";
import { finishedSet, manifestOf } from "../steps/sets.js";
import { floats } from "../tasks/vectors.js";

const DEFAULT_MOST = 40;

/** The call that judges numbers of domains. @param online threads for callers who wait */
export function suggestCall({ platform: { artifacts }, pool }: ClusteringContext, stores: ClusteringStores) {
  return {
    async suggestDomainCount({ domainSetId: id, most }, { signal }) {
      const set = await finishedSet(stores, id);
      const { centroids, dimensions, clusterDomains, assignments } = await manifestOf(artifacts, set);
      if (clusterDomains.filter((domain) => domain >= 0).length < 2) {
        const message = `domain set ${id} has one cluster only; no number of domains can be judged`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain-set", id, state: "SUCCEEDED" });
      }
      const embeddings = await readEmbeddings(artifacts, set.spec?.embeddings ?? NO_ARTIFACT);
      const task = {
        shards: await localAssignedShards(artifacts, embeddings, assignments),
        dimensions,
        centroids: floats(await readWhole(artifacts, centroids ?? NO_ARTIFACT)),
        clusterDomains,
        most: most || DEFAULT_MOST,
        seed: set.spec?.seed ?? 0,
      };
      const counts = await pool.run("suggestCounts", task, { signal });
      return { counts, suggested: bestCount(counts) };
    },
  } satisfies Handlers<typeof ClusteringServiceDefinition>;
}
