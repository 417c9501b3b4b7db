import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddingServiceDefinition, type EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import {
  type Client,
  createClient,
  createLifecycle,
  createLogger,
  loadConfig,
  openEmbeddedPlatform,
  type Platform,
  serveRpc,
} from "@climb/runtime";
import { afterEach } from "vitest";
import { embeddingConfig, startEmbeddingService } from "../index.js";

export interface Suite {
  platform: Platform;
  client: Client<typeof EmbeddingServiceDefinition>;
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "climb-embedding-"));
  open.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The service over real gRPC on the embedded platform. */
export async function start(dataDir: string, variables: Record<string, string> = {}): Promise<Suite> {
  const logger = createLogger({ service: "embedding", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  const services = await startEmbeddingService(
    platform,
    loadConfig(embeddingConfig, { CLIMB_WORKERS: "2", ...variables }),
  );
  const server = await serveRpc({ address: "127.0.0.1:0", services, logger });
  lifecycle.onClose("rpc server", () => server.close());
  const client = createClient(EmbeddingServiceDefinition, `127.0.0.1:${server.port}`);
  const close = async () => {
    client.close();
    await lifecycle.close();
  };
  open.push(close);
  return { platform, client, close };
}

/** The last state of a set. */
export async function untilEnded({ client }: Suite, id: string): Promise<EmbeddingSet> {
  let last: EmbeddingSet | undefined;
  for await (const { embeddingSet } of client.watchEmbeddingSet({ id, afterSequence: 0n })) last = embeddingSet;
  return last as EmbeddingSet;
}
