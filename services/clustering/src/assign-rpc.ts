import type {
  AssignDocumentsRequest,
  AssignDocumentsResponse,
  ClusteringServiceDefinition,
} from "@climb/proto/clustering/v1/clustering_service";
import { type Handlers, type Platform, ServiceError, type WorkerPool } from "@climb/runtime";
import { readAll, readEmbeddings } from "./artifacts.js";
import { embedWith } from "./scoring-stage.js";
import { finishedSet, manifestOf } from "./sets.js";
import type { ClusteringStore } from "./store.js";
import type { Assigned } from "./tasks/assign.js";
import { floats } from "./vectors.js";
import type { Results, Task } from "./worker.js";

const MOST_VECTORS = 4096;
const MOST_TEXTS = 256;
const SETS_KEPT = 8;

/** What assigning needs of a finished set, which never changes. */
interface Assignable {
  dimensions: number;
  /** (clusters, dimensions). */
  centroids: Float32Array;
  clusterDomains: number[];
  domainIds: string[];
  embeddingSetId: string;
}

/** The calls that find the domain of new documents. */
export function assignHandlers(deps: {
  platform: Platform;
  store: ClusteringStore;
  /** Threads for callers who wait. */
  pool: WorkerPool<Task, Results[keyof Results], number>;
}): Pick<Handlers<typeof ClusteringServiceDefinition>, "assignDocuments" | "assignStream"> {
  const { platform, pool } = deps;
  const sets = new Map<string, Promise<Assignable>>();
  const assignable = (id: string): Promise<Assignable> => {
    const known = sets.get(id) ?? readAssignable(deps, id);
    const [oldest] = sets.keys();
    if (oldest !== undefined && !sets.has(id) && sets.size >= SETS_KEPT) sets.delete(oldest);
    sets.set(id, known);
    known.catch(() => sets.delete(id));
    return known;
  };

  const assign = async (request: AssignDocumentsRequest, signal: AbortSignal): Promise<AssignDocumentsResponse> => {
    const { domainSetId, texts } = request;
    const { dimensions, centroids, clusterDomains, domainIds, embeddingSetId } = await assignable(domainSetId);
    checkRows(request, dimensions);
    const vectors =
      texts.length > 0 ? await embedWith(platform, embeddingSetId, signal)(texts) : floats(request.vectors);
    if (vectors.length === 0) return { domainIndexes: [], squaredDistances: [], domainIds: [] };
    const task = { kind: "assign", centroids, vectors, dimensions } as const;
    const { clusters, squaredDistances } = (await pool.run(task, { signal })) as Assigned;
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
        if (!request) throw invalid("request", "found nothing, expected what to assign");
        yield { response: await assign(request, signal) };
      }
    },
  };
}

async function readAssignable(
  { platform, store }: { platform: Platform; store: ClusteringStore },
  id: string,
): Promise<Assignable> {
  const set = await finishedSet(store, id);
  const { clusterDomains, centroids, dimensions, domains } = await manifestOf(platform, set);
  const embeddings = set.spec?.embeddings ?? { uri: "", sha256: "", sizeBytes: 0n };
  return {
    dimensions,
    centroids: floats(await readAll(platform.artifacts, centroids?.uri ?? "")),
    clusterDomains,
    domainIds: domains.map((domain) => domain.id),
    embeddingSetId: (await readEmbeddings(platform.artifacts, embeddings)).embeddingSetId,
  };
}

function checkRows({ vectors, texts }: AssignDocumentsRequest, dimensions: number): void {
  const rowBytes = 4 * dimensions;
  if (texts.length > 0 && vectors.byteLength > 0) throw invalid("texts", "there are vectors too, expected one of them");
  if (texts.length > MOST_TEXTS) throw invalid("texts", `expected at most ${MOST_TEXTS}, found ${texts.length}`);
  if (vectors.byteLength % rowBytes === 0 && vectors.byteLength <= MOST_VECTORS * rowBytes) return;
  const expected = `at most ${MOST_VECTORS} rows of ${rowBytes} bytes (${dimensions} float32)`;
  throw invalid("vectors", `expected ${expected}, found ${vectors.byteLength} bytes`);
}

function invalid(field: string, message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `${field}: ${message}`, { field });
}
