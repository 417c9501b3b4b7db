import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDistributedPlatform, openEmbeddedPlatform, type Platform, platformConfig } from "@climb/ports";
import { createLifecycle, createLogger } from "@climb/runtime";
import { startNatsServer } from "@climb/testkit";
import type { BenchOptions } from "../options.js";
import { simulateShards } from "./simulate.js";

/** A billion documents of a web corpus, in pieces of 32 MB. */
const SHARDS = 150_000;

/**
 * What the shards of a billion documents cost beside the work in them: the same number without documents, through the
 * embedded database and through NATS.
 */
export async function benchScale(options: BenchOptions): Promise<Record<string, unknown>> {
  const shards = Number(options.shards ?? SHARDS);
  const folder = await mkdtemp(join(tmpdir(), "climb-scale-"));
  try {
    const embedded = await withPlatform(
      (base) => openEmbeddedPlatform({ ...base, dataDir: join(folder, "data") }),
      shards,
    );
    await using nats = await startNatsServer();
    const config = platformConfig.parse({
      CLIMB_NATS_URL: nats.url,
      CLIMB_ARTIFACTS_URL: `file://${join(folder, "shared")}`,
    });
    const distributed = await withPlatform((base) => openDistributedPlatform({ ...base, config }), shards);
    return { bench: "scale", embedded, nats: distributed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withPlatform(
  open: (base: {
    logger: ReturnType<typeof createLogger>;
    lifecycle: ReturnType<typeof createLifecycle>;
  }) => Promise<Platform>,
  shards: number,
) {
  const logger = createLogger({ service: "bench", level: "error" });
  const lifecycle = createLifecycle({ logger });
  try {
    return await simulateShards(await open({ logger, lifecycle }), shards);
  } finally {
    await lifecycle.close();
  }
}
