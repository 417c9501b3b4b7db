import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPlatform, type Platform, readWhole } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import {
  EmbeddingManifest,
  EmbeddingServiceDefinition,
  type EmbeddingSet,
} from "@climb/proto/embedding/v1/embedding_service";
import { type Client, createClient, createLifecycle, createLogger, loadConfig, serveRpc } from "@climb/runtime";
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

/** A temporary folder that goes with the test. */
export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "climb-embedding-"));
  open.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * The service over real gRPC on the embedded platform.
 * @param replicas what each replica has of its own: variables, and of the platform; they share the rest, as replicas do
 */
export async function start(
  dataDir: string,
  variables: Record<string, string> = {},
  replicas: {
    variables?: Record<string, string>;
    platform?: Partial<Platform>;
    /** Hears of each artifact that is stored. */
    onPut?: (path: string) => void;
  }[] = [{}],
): Promise<Suite> {
  const logger = createLogger({ service: "embedding", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  const started = await Promise.all(
    replicas.map((replica) =>
      startEmbeddingService(
        { ...watched(platform, replica.onPut), ...replica.platform },
        loadConfig(embeddingConfig, { CLIMB_WORKERS: "2", ...variables, ...replica.variables }),
      ),
    ),
  );
  const [services = []] = started;
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

function watched(platform: Platform, onPut: (path: string) => void = () => {}): Platform {
  const { artifacts } = platform;
  const put: typeof artifacts.put = async (path, ...rest) => {
    onPut(path);
    return artifacts.put(path, ...rest);
  };
  return { ...platform, artifacts: { ...artifacts, put } };
}

/** The last state of a set. */
export async function untilEnded({ client }: Suite, id: string): Promise<EmbeddingSet> {
  let last: EmbeddingSet | undefined;
  for await (const { embeddingSet } of client.watchEmbeddingSet({ id, afterSequence: 0n })) last = embeddingSet;
  return last as EmbeddingSet;
}

/** The content of an artifact. */
export function contentOf({ platform }: Pick<Suite, "platform">, artifact: Artifact | undefined): Promise<Buffer> {
  return readWhole(platform.artifacts, artifact ?? { uri: "" });
}

/** What a finished set is made of. */
export async function manifestOf(suite: Pick<Suite, "platform">, set: EmbeddingSet): Promise<EmbeddingManifest> {
  return EmbeddingManifest.fromJSON(JSON.parse((await contentOf(suite, set.manifest)).toString("utf8")));
}
