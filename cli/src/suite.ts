import { resolve } from "node:path";
import { clusteringConfig, startClusteringService } from "@climb/clustering";
import { embeddingConfig, startEmbeddingService } from "@climb/embedding";
import { openEmbeddedPlatform, type Platform, platformConfig } from "@climb/ports";
import { predictorConfig, startPredictorService } from "@climb/predictor";
import { startTrainingService, trainingConfig } from "@climb/proxy-training";
import { joinSuite } from "@climb/resources";
import {
  authVariables,
  createAuthenticator,
  createLifecycle,
  createLogger,
  expectTemporaryFolder,
  expectUsableFolder,
  limitVariables,
  loadConfig,
  type OnDiskFull,
  quotasFile,
  reflectionOf,
  serveRpc,
} from "@climb/runtime";
import { searchConfig, servePage, startSearchService } from "@climb/search-coordinator";
import { z } from "zod";

/** The five services in this process. */
export interface Suite {
  /** host:port of the one loopback gRPC port. */
  address: string;
  /** Where a browser finds the page; undefined without one. */
  page: string | undefined;
  platform: Platform;
  /** What this process shows the suite when it calls it. */
  token: () => string;
  close(): Promise<void>;
}

/**
 * Where callers may name files: on a laptop anywhere, as whoever calls started the process. Where callers are asked who they
 * are, only where the operator says.
 */
function placesOf(env: Record<string, string | undefined>, asks: boolean) {
  if (!asks && !env.CLIMB_CORPUS_ROOTS) return undefined;
  const { CLIMB_CORPUS_ROOTS: roots, CLIMB_CORPUS_BUCKETS: buckets } = loadConfig(platformConfig, env);
  return { roots, buckets };
}

/**
 * Hosts all five services in one process on one loopback port; state and artifacts live under `dataDir`.
 * @throws ServiceError DATA_DIR_LOCKED if another process uses the directory
 */
export async function startSuite(options: {
  dataDir: string;
  port: number;
  /** Port of the page on loopback, 0 for a free one; no page, unless given. */
  pagePort?: number | undefined;
  logLevel: string;
  onDiskFull?: OnDiskFull;
  /** The variables that services read; those of the process, unless given. */
  env?: Record<string, string | undefined>;
  /** How long what is outside and away is waited for: a bucket, an endpoint. An hour, unless given. */
  patienceMs?: number;
}): Promise<Suite> {
  expectUsableFolder("the data directory", options.dataDir, "give another --data-dir (or CLIMB_DATA_DIR)");
  expectTemporaryFolder();
  const logger = createLogger({ service: "climb", level: options.logLevel });
  const lifecycle = createLifecycle({ logger });
  try {
    const { env = process.env } = options;
    const door = loadConfig(z.object({ ...authVariables, ...limitVariables }), env);
    const authenticator = createAuthenticator(door, logger);
    const token = () => authenticator.ownToken;
    const platform = await openEmbeddedPlatform({
      dataDir: resolve(options.dataDir),
      logger,
      lifecycle,
      onDiskFull: options.onDiskFull,
      patienceMs: options.patienceMs,
      token,
      quotaOf: door.CLIMB_QUOTAS ? quotasFile(door.CLIMB_QUOTAS, logger) : undefined,
      places: placesOf(env, authenticator.asks),
    });
    const services = [
      ...(await startEmbeddingService(platform, loadConfig(embeddingConfig, env))),
      ...(await startClusteringService(platform, loadConfig(clusteringConfig, env))),
      ...(await startTrainingService(platform, loadConfig(trainingConfig, env))),
      ...(await startPredictorService(platform, loadConfig(predictorConfig, env))),
      ...(await startSearchService(platform, loadConfig(searchConfig, env))),
      ...joinSuite(platform, "climb"),
    ];
    const server = await serveRpc({
      address: `127.0.0.1:${options.port}`,
      services,
      logger,
      authenticator,
      limits: door,
      reflection: reflectionOf(door),
      publishAudit: (event) => platform.events.publish(event),
    });
    lifecycle.onClose("rpc server", () => server.close());
    const address = `127.0.0.1:${server.port}`;
    platform.setAddress(address);
    const { pagePort } = options;
    const page =
      pagePort === undefined
        ? undefined
        : await servePage(platform, loadConfig(searchConfig, env), `127.0.0.1:${pagePort}`);
    return { address, page, platform, token, close: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}
