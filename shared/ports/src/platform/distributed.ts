import { fileURLToPath } from "node:url";
import { createClient, type Lifecycle, type Logger, openTls, quotasFile, type Tls, tokenFile } from "@climb/runtime";
import { openFileArtifacts } from "../artifact-store/embedded.js";
import type { ArtifactStore } from "../artifact-store/port.js";
import { withProjects } from "../artifact-store/projects.js";
import { openS3Artifacts } from "../artifact-store/s3.js";
import { openJetStreamBus } from "../event-bus/jetstream.js";
import { openJetStreamEventLog } from "../event-log/jetstream.js";
import { openJetStreamJobQueue } from "../job-queue/jetstream.js";
import { jetStreamQueueCounts } from "../job-queue/jetstream-counts.js";
import type { JobQueue } from "../job-queue/port.js";
import { openBroker } from "../nats/broker.js";
import { connectNats } from "../nats/connect.js";
import { measureBroker } from "../nats/measure.js";
import { openJetStreamSnapshots } from "../snapshot-store/jetstream.js";
import { remoteCallerFile } from "./caller-files.js";
import type { PlatformConfig } from "./config.js";
import { withLargeEvents, withLargeSnapshots } from "./large-records.js";
import type { Platform, Role } from "./platform.js";

/** What the headers and the index of a record may take of a message. */
const HEADER_BYTES = 16 * 1024;

/** A platform that says whether its broker is there. */
export interface DistributedPlatform extends Platform {
  /** Is told when the broker goes and when it comes back. */
  onAvailable(listener: (available: boolean) => void): void;
  /** What this process speaks with others. */
  tls: Tls;
}

/**
 * NATS JetStream, artifacts on a shared volume or in a bucket, the other services by their addresses.
 * @throws ServiceError unavailable PEER_UNREACHABLE without a broker or store; invalid FIELD_INVALID for a bucket
 */
export async function openDistributedPlatform(options: {
  config: PlatformConfig;
  logger: Logger;
  lifecycle: Lifecycle;
}): Promise<DistributedPlatform> {
  const { config, logger, lifecycle } = options;
  const tls = openTls(config, logger);
  const token = config.CLIMB_TOKEN_FILE ? tokenFile(config.CLIMB_TOKEN_FILE, logger) : undefined;
  const nats = await connectNats({ url: config.CLIMB_NATS_URL, logger, credentials: config });
  lifecycle.onClose("nats", () => nats.drain());
  const broker = await openBroker(nats, {
    namespace: config.CLIMB_NAMESPACE,
    replicas: config.CLIMB_NATS_REPLICAS,
    logger,
  });
  measureBroker(broker, { queues: roleOf(config).answers });
  const whole = await artifactsOf(config);
  const artifacts = withProjects(whole);
  const recordBytes = broker.maxPayload - HEADER_BYTES;
  const queues = new Map<string, JobQueue>();
  return {
    artifacts,
    logs: withLargeEvents(openJetStreamEventLog(broker), whole, recordBytes),
    snapshots: withLargeSnapshots(openJetStreamSnapshots(broker, lifecycle.signal), whole, recordBytes),
    progress: openJetStreamSnapshots(broker, lifecycle.signal, { volatile: true }),
    events: openJetStreamBus(broker),
    queue(name, queueOptions) {
      const queue = queues.get(name) ?? openJetStreamJobQueue(broker, name, queueOptions);
      queues.set(name, queue);
      return queue;
    },
    queues: () => jetStreamQueueCounts(broker),
    role: roleOf(config),
    logger,
    lifecycle,
    signal: lifecycle.signal,
    connect(definition, address) {
      const client = createClient(definition, address, {
        credentials: tls.client,
        token,
        insecure: config.CLIMB_INSECURE,
      });
      lifecycle.onClose(`client of ${definition.name}`, client.close);
      return client;
    },
    callerFile: remoteCallerFile(artifacts, config.CLIMB_CORPUS_BUCKETS),
    corpusRoots: config.CLIMB_CORPUS_ROOTS,
    corpusBuckets: config.CLIMB_CORPUS_BUCKETS,
    quotaOf: config.CLIMB_QUOTAS ? quotasFile(config.CLIMB_QUOTAS, logger) : () => undefined,
    patienceMs: config.CLIMB_PATIENCE_MS,
    tls,
    onAvailable: (listener) => void broker.onAvailable(listener),
  };
}

async function artifactsOf(config: PlatformConfig): Promise<ArtifactStore> {
  const url = config.CLIMB_ARTIFACTS_URL;
  if (url.startsWith("file:")) return openFileArtifacts(fileURLToPath(url));
  return openS3Artifacts({ url, cacheDir: config.CLIMB_CACHE_DIR, cacheBytes: config.CLIMB_CACHE_BYTES });
}

function roleOf({ CLIMB_ROLE: role, CLIMB_QUEUES: queues }: PlatformConfig): Role {
  return {
    answers: role !== "worker",
    takes: (queue) => role !== "api" && (queues.length === 0 || queues.includes(queue)),
  };
}
