import { readWhole } from "@climb/ports";
import type {
  AssignDocumentsRequest,
  AssignDocumentsResponse,
  ClusteringServiceDefinition,
} from "@climb/proto/clustering/v1/clustering_service";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import { NO_ARTIFACT, readEmbeddings } from "../steps/artifacts.js";
import type { ClusteringContext, ClusteringStores } from "../steps/context.js";
import { embedTexts } from "../steps/scorers.js";
import { finishedSet, manifestOf } from "../steps/sets.js";
import { floats } from "../tasks/vectors.js";

const MAX_VECTORS = 4096;
const MAX_SETS_KEPT = 8;

/** What assigning needs of a finished set, which never changes. */
interface Assignable {
  dimensions: number;
  /** (clusters, dimensions). */
  centroids: Float32Array;
  clusterDomains: number[];
  domainIds: string[];
  embeddingSetId: string;
}

/** The calls that find the domain of new documents. @param online threads for callers who wait */
export function assignCalls(online: ClusteringContext, stores: ClusteringStores) {
  const sets = new Map<string, Promise<Assignable>>();
  const assignable = (id: string): Promise<Assignable> => {
    const known = sets.get(id) ?? readAssignable(online, stores, id);
    const [oldest] = sets.keys();
    if (oldest !== undefined && !sets.has(id) && sets.size >= MAX_SETS_KEPT) sets.delete(oldest);
    sets.set(id, known);
    known.catch(() => sets.delete(id));
    return known;
  };

  const assign = async (request: AssignDocumentsRequest, signal: AbortSignal): Promise<AssignDocumentsResponse> => {
    const { domainSetId, texts } = request;
    // Also of a set that is kept: whether the caller may use it.
    await stores.sets.require(domainSetId);
    const { dimensions, centroids, clusterDomains, domainIds, embeddingSetId } = await assignable(domainSetId);
    checkRows(request, dimensions);
    const vectors =
      texts.length > 0 ? await embedTexts(online, embeddingSetId, texts, signal) : floats(request.vectors);
    if (vectors.length === 0) return { domainIndexes: [], squaredDistances: [], domainIds: [] };
    const task = { centroids, vectors, dimensions };
    const { clusters, squaredDistances } = await online.pool.run("assign", task, { signal });
    const domainIndexes = Array.from(clusters, (cluster) => clusterDomains[cluster] as number);
    return {
      domainIndexes,
      squaredDistances: [...squaredDistances],
      domainIds: domainIndexes.map((domain) => domainIds[domain] ?? ""),
    };
  };

  return {
    assignDocuments: (request, { signal }) => assign(request, signal),
    async *assignStream(requests, { signal }) {
      for await (const { request } of requests) {
        yield { response: await assign(request as AssignDocumentsRequest, signal) };
      }
    },
  } satisfies Handlers<typeof ClusteringServiceDefinition>;
}

async function readAssignable(
  { platform: { artifacts } }: ClusteringContext,
  stores: ClusteringStores,
  id: string,
): Promise<Assignable> {
  const set = await finishedSet(stores, id);
  const { clusterDomains, centroids, dimensions, domains } = await manifestOf(artifacts, set);
  return {
    dimensions,
    centroids: floats(await readWhole(artifacts, centroids ?? NO_ARTIFACT)),
    clusterDomains,
    domainIds: domains.map((domain) => domain.id),
    embeddingSetId: (await readEmbeddings(artifacts, set.spec?.embeddings ?? NO_ARTIFACT)).embeddingSetId,
  };
}

function checkRows({ vectors, texts }: AssignDocumentsRequest, dimensions: number): void {
  const rowBytes = 4 * dimensions;
  if (texts.length > 0 && vectors.byteLength > 0) throw fieldInvalid("texts", "vectors too", "one of them");
  if (vectors.byteLength % rowBytes === 0 && vectors.byteLength <= MAX_VECTORS * rowBytes) return;
  const expected = `at most ${MAX_VECTORS} rows of ${rowBytes} bytes (${dimensions} float32)`;
  throw fieldInvalid("vectors", `${vectors.byteLength} bytes`, expected);
}
