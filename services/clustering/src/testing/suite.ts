import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seeded, toHalves } from "@climb/numeric";
import { openEmbeddedPlatform, type Platform } from "@climb/ports";
import { ClusteringServiceDefinition, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { storeRoutes, toArtifact } from "@climb/resources";
import {
  type Client,
  contentId,
  createAuthenticator,
  createClient,
  createLifecycle,
  createLogger,
  loadConfig,
  serveRpc,
} from "@climb/runtime";
import { afterEach } from "vitest";
import { clusteringConfig, startClusteringService } from "../index.js";
import { bytesOf } from "../steps/artifacts.js";

export const topics = {
  cooking: "oven flour butter sugar recipe dough bake onion garlic sauce pepper cream".split(" "),
  astronomy: "star planet telescope galaxy orbit comet nebula moon eclipse asteroid gravity light".split(" "),
  courts: "judge court statute appeal verdict jury lawyer plaintiff evidence trial clause rights".split(" "),
};
export const glue = "the of and to in a that is for it with as on".split(" ");
export const [dimensions, perTopic, shardRows] = [16, 90, 100];

export interface Made {
  id: string;
  text: string;
  kind: number;
  vector: Float32Array;
}

/** Three topics of prose and one of number tables, each around its own direction, shuffled. */
export function makeDocuments(): Made[] {
  const random = seeded(11);
  const lists = Object.values(topics);
  const documents = Array.from({ length: 4 * perTopic }, (_, i) => {
    const kind = i % 4;
    const words = lists[kind];
    const pick = (from: readonly string[]) => from[random.int(from.length)] as string;
    const sentence = () => Array.from({ length: 12 }, (_, w) => pick(w % 2 ? (words as string[]) : glue)).join(" ");
    const text = words
      ? Array.from({ length: 6 }, () => `${sentence()}.`).join("\n")
      : Array.from({ length: 20 }, () => Array.from({ length: 6 }, () => random.int(99_999)).join(",")).join("\n");
    const values = Float32Array.from({ length: dimensions }, (_, d) => 0.12 * random.normal() + (d === kind ? 1 : 0));
    const length = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    return { id: `doc-${i}`, text, kind, vector: values.map((v) => v / length) };
  });
  return random.shuffle(documents);
}

export const documents = makeDocuments();

export interface Suite {
  platform: Platform;
  client: Client<typeof ClusteringServiceDefinition>;
  port: number;
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "climb-clustering-"));
  open.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * The service over real gRPC on the embedded platform; calls are for the project that they are made in.
 * @param onPut hears of each artifact that the service stores
 */
export async function start(dataDir: string, workers = 2, onPut: (path: string) => void = () => {}): Promise<Suite> {
  const logger = createLogger({ service: "test", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  const config = loadConfig(clusteringConfig, { CLIMB_WORKERS: String(workers) });
  const { artifacts } = platform;
  const put: typeof artifacts.put = async (path, ...rest) => {
    const stored = await artifacts.put(path, ...rest);
    onPut(path);
    return stored;
  };
  const services = await startClusteringService({ ...platform, artifacts: { ...artifacts, put } }, config);
  const served = [...services, storeRoutes(platform)];
  const authenticator = createAuthenticator(config, logger);
  const server = await serveRpc({ address: "127.0.0.1:0", services: served, logger, authenticator });
  lifecycle.onClose("server", () => server.close());
  const client = createClient(ClusteringServiceDefinition, `127.0.0.1:${server.port}`);
  lifecycle.onClose("client", () => client.close());
  const close = () => lifecycle.close();
  open.push(close);
  return { platform, client, port: server.port, close };
}

/** Stores the documents as the embedding service would and returns a specification for them. */
export async function store(
  { platform }: Suite,
  options: Partial<DomainSpec> = {},
  made: readonly Made[] = documents,
  halfPrecision = false,
): Promise<DomainSpec> {
  const { artifacts } = platform;
  const corpusId = contentId("test", ...made.map(({ id, text }) => id + text));
  const shards = [];
  const vectors = [];
  for (let from = 0; from < made.length; from += shardRows) {
    const part = made.slice(from, from + shardRows);
    const lines = part.map(({ id, text }) => `${JSON.stringify({ id, text, source: "test" })}\n`).join("");
    const artifact = toArtifact(
      await artifacts.put(`embedding/${corpusId}/documents-${from}.jsonl.gz`, gzipSync(lines)),
    );
    shards.push({ artifact, documents: BigInt(part.length), textBytes: BigInt(lines.length) });
    const values = Float32Array.from(part.flatMap(({ vector }) => [...vector]));
    const stored = halfPrecision ? new Uint8Array(toHalves(values).buffer) : bytesOf(values);
    vectors.push(toArtifact(await artifacts.put(`embedding/${corpusId}/vectors-${from}`, stored)));
  }
  const corpus = { corpusId, shards, documents: BigInt(made.length) };
  const manifest = EmbeddingManifest.fromPartial({
    embeddingSetId: "test",
    corpus,
    vectors,
    dimensions,
    halfPrecision,
  });
  const json = JSON.stringify(EmbeddingManifest.toJSON(manifest));
  return DomainSpec.fromPartial({
    embeddings: toArtifact(await artifacts.put(`embedding/${corpusId}/embeddings.json`, Buffer.from(json))),
    clusters: 8,
    domains: 3,
    restarts: 3,
    maxIterations: 0,
    tolerance: 0,
    seed: 5,
    ...options,
  });
}

export async function untilFinal({ client }: Suite, id: string): Promise<DomainSet> {
  for await (const { domainSet } of client.watchDomainSet({ id, afterSequence: 0n })) {
    if (domainSet?.status?.endTime) return domainSet;
  }
  throw new Error(`the watch of ${id} ended before its last state`);
}
