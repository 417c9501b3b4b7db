import type { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type Handlers, type Platform, ServiceError, type WorkerPool } from "@climb/runtime";
import { readAll, readEmbeddings } from "./artifacts.js";
import { bestCount, type CountQuality } from "./core/suggest.js";
import { finishedSet, manifestOf } from "./sets.js";
import type { ClusteringStore } from "./store.js";
import { floats } from "./vectors.js";
import type { Results, Task } from "./worker.js";

const DEFAULT_MOST = 40;

/** The call that judges numbers of domains. */
export function suggestHandlers(deps: {
  platform: Platform;
  store: ClusteringStore;
  /** Threads for callers who wait. */
  pool: WorkerPool<Task, Results[keyof Results], number>;
}): Pick<Handlers<typeof ClusteringServiceDefinition>, "suggestDomainCount"> {
  const { platform, store, pool } = deps;
  const { artifacts } = platform;
  return {
    async suggestDomainCount({ domainSetId: id, most }, { signal }) {
      const set = await finishedSet(store, id);
      const { centroids, dimensions, clusterDomains, assignments } = await manifestOf(platform, set);
      if (clusterDomains.filter((domain) => domain >= 0).length < 2) {
        const message = `domain set ${id} has one cluster only; no number of domains can be judged`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain set", id, state: "SUCCEEDED" });
      }
      const { vectors, corpus } = await readEmbeddings(artifacts, set.spec?.embeddings as Artifact);
      const shards = await Promise.all(
        vectors.map(async (artifact, i) => ({
          vectorsPath: await artifacts.localPath(artifact),
          assignmentsPath: await artifacts.localPath(assignments[i] ?? { uri: "" }),
          rows: Number(corpus?.shards[i]?.documents ?? 0n),
        })),
      );
      const task = {
        kind: "suggest",
        shards,
        dimensions,
        centroids: floats(await readAll(artifacts, centroids?.uri ?? "")),
        clusterDomains,
        most: most || DEFAULT_MOST,
        seed: set.spec?.seed ?? 0,
      } as const;
      const counts = (await pool.run(task, { signal })) as CountQuality[];
      return { counts, suggested: bestCount(counts) };
    },
  };
}
