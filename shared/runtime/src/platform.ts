import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { openFileArtifacts } from "./artifacts/file.js";
import type { BaseConfig } from "./config.js";
import { lockDataDir } from "./data-dir-lock.js";
import { type OnDiskFull, ServiceError } from "./errors.js";
import { createInProcessBus } from "./event-bus/in-process.js";
import { openJetStreamBus } from "./event-bus/jetstream.js";
import { openFileEventLog } from "./event-log/file.js";
import { openJetStreamEventLog } from "./event-log/jetstream.js";
import { openFileJobQueue } from "./job-queue/file.js";
import { openJetStreamJobQueue } from "./job-queue/jetstream.js";
import type { Lifecycle } from "./lifecycle.js";
import type { Logger } from "./logging.js";
import { connectNats } from "./nats.js";
import type { ArtifactStore, EventBus, EventLog, JobQueue } from "./ports.js";
import { claimRequest } from "./resources.js";
import { type Client, createClient } from "./rpc/client.js";
import type { ServiceDefinition } from "./rpc/definition.js";

/** The world as a service sees it: the four ports, the other services, and when to stop. */
export interface Platform {
  artifacts: ArtifactStore;
  logs: EventLog;
  events: EventBus;
  /** The queue of a name; opened once, the same one at every call. */
  queue(name: QueueName): JobQueue;
  logger: Logger;
  lifecycle: Lifecycle;
  /** Aborts at shutdown. */
  signal: AbortSignal;
  /** A client of a service of the suite. */
  connect<D extends ServiceDefinition>(definition: D): Client<D>;
  /** Remembers which resource a request_id made. @throws ServiceError exists REQUEST_ID_REUSED */
  claimRequest(service: string, requestId: string, resourceId: string): Promise<void>;
}

/** Every queue of the suite; all are opened at start, so that a broker that is missing is noticed there. */
export const QUEUES = [
  "embedding",
  "clustering",
  "surveys",
  "duplicates",
  "tokens",
  "statistics",
  "runs",
  "predictor",
  "search",
  "dataset",
] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * Deliveries after which a job is given up because its workers died at it. A search lasts for days and outlives many
 * restarts of its coordinator, which none of them is its fault.
 */
const deliveriesOf = (name: QueueName) => (name === "search" ? 1000 : 10);

/** In the embedded suite most deliveries end because somebody stopped the process, which is not the job's fault either. */
const EMBEDDED_DELIVERIES = 1000;

/** A platform whose own gRPC address is told once it is known. */
export interface EmbeddedPlatform extends Platform {
  setAddress(address: string): void;
}

/**
 * Everything under one directory, for all services in one process.
 * @throws ServiceError wrongState DATA_DIR_LOCKED
 */
export async function openEmbeddedPlatform(options: {
  dataDir: string;
  logger: Logger;
  lifecycle: Lifecycle;
  /** Told when the directory's disk is full. */
  onDiskFull?: OnDiskFull;
}): Promise<EmbeddedPlatform> {
  const { dataDir, logger, lifecycle, onDiskFull } = options;
  const lock = await lockDataDir(dataDir);
  lifecycle.onClose("data directory", () => lock.release());
  const logs = openFileEventLog(join(dataDir, "logs"), onDiskFull);
  lifecycle.onClose("event logs", () => logs.close());
  const queues = new Map<QueueName, JobQueue>();
  for (const name of QUEUES) {
    const queue = await openFileJobQueue(join(dataDir, "queues", `${name}.journal`), {
      onDiskFull,
      maxDeliveries: EMBEDDED_DELIVERIES,
    });
    lifecycle.onClose(`queue ${name}`, () => queue.close());
    queues.set(name, queue);
  }
  let address = "";
  const connect = <D extends ServiceDefinition>(definition: D): Client<D> => {
    // Services are started before the port is known, so the channel opens at the first call.
    let client: Client<D> | undefined;
    return new Proxy({} as Client<D>, {
      get(_, key) {
        // Asked by whoever awaits a client or prints it.
        if (!(key === "close" || key in definition.methods)) return undefined;
        if (!address) throw new ServiceError("unavailable", "PEER_UNREACHABLE", "the suite is still starting");
        if (!client) {
          client = createClient(definition, address);
          lifecycle.onClose(`client of ${definition.name}`, client.close);
        }
        return Reflect.get(client, key);
      },
    });
  };
  return {
    artifacts: openFileArtifacts(join(dataDir, "artifacts"), onDiskFull),
    logs,
    events: createInProcessBus(logger),
    queue: (name) => queues.get(name) as JobQueue,
    logger,
    lifecycle,
    signal: lifecycle.signal,
    connect,
    claimRequest: (service, requestId, resourceId) => claimRequest(logs, service, requestId, resourceId),
    setAddress: (known) => {
      address = known;
    },
  };
}

/** NATS JetStream, artifacts on a shared volume, the other services by their addresses. */
export async function openDistributedPlatform(options: {
  config: BaseConfig;
  logger: Logger;
  lifecycle: Lifecycle;
}): Promise<Platform> {
  const { config, logger, lifecycle } = options;
  const nats = await connectNats({ url: config.CLIMB_NATS_URL, logger });
  lifecycle.onClose("nats", () => nats.drain());
  const logs = await openJetStreamEventLog(nats);
  const queues = new Map<QueueName, JobQueue>();
  for (const name of QUEUES)
    queues.set(name, await openJetStreamJobQueue(nats, name, { maxDeliveries: deliveriesOf(name) }));
  const addresses = new Map<string, string>([
    [EmbeddingServiceDefinition.fullName, config.CLIMB_EMBEDDING_ADDRESS],
    [ClusteringServiceDefinition.fullName, config.CLIMB_CLUSTERING_ADDRESS],
    [TrainingServiceDefinition.fullName, config.CLIMB_TRAINING_ADDRESS],
    [PredictorServiceDefinition.fullName, config.CLIMB_PREDICTOR_ADDRESS],
    [SearchServiceDefinition.fullName, config.CLIMB_SEARCH_ADDRESS],
  ]);
  return {
    artifacts: openFileArtifacts(fileURLToPath(config.CLIMB_ARTIFACTS_URL)),
    logs,
    events: await openJetStreamBus(nats, logger),
    queue: (name) => queues.get(name) as JobQueue,
    logger,
    lifecycle,
    signal: lifecycle.signal,
    connect(definition) {
      const client = createClient(definition, addresses.get(definition.fullName) ?? "");
      lifecycle.onClose(`client of ${definition.name}`, client.close);
      return client;
    },
    claimRequest: (service, requestId, resourceId) => claimRequest(logs, service, requestId, resourceId),
  };
}
