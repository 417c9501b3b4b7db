import { join } from "node:path";
import {
  type Client,
  createClient,
  type Lifecycle,
  type Logger,
  type OnDiskFull,
  type Quotas,
  type ServiceDefinition,
  ServiceError,
} from "@climb/runtime";
import { openFileArtifacts } from "../artifact-store/embedded.js";
import { withProjects } from "../artifact-store/projects.js";
import { openDatabase } from "../database/database.js";
import { createInProcessBus } from "../event-bus/embedded.js";
import { openEmbeddedEventLog } from "../event-log/embedded.js";
import { type EmbeddedJobQueue, openEmbeddedJobQueue } from "../job-queue/embedded.js";
import { embeddedQueueCounts } from "../job-queue/embedded-counts.js";
import { openEmbeddedSnapshots } from "../snapshot-store/embedded.js";
import { confinedCallerFile, localCallerFile } from "./caller-files.js";
import type { Places } from "./places.js";
import { EVERYTHING, type Platform } from "./platform.js";

/** Most deliveries end because somebody stopped the process, which is not the job's fault. */
const MAX_DELIVERIES = 1000;

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
  /** How long what is outside and away is waited for: a bucket, an endpoint. An hour, unless given. */
  patienceMs?: number | undefined;
  /** Where callers may name files; anywhere, unless given: a process that answers nobody but who started it. */
  places?: Places | undefined;
  /** What the process shows itself when it calls itself. */
  token?: (() => string) | undefined;
  /** How much each project may have; anything, unless given. */
  quotaOf?: Quotas | undefined;
  /** Told when the directory's disk is full. */
  onDiskFull?: OnDiskFull | undefined;
}): Promise<EmbeddedPlatform> {
  const { dataDir, logger, lifecycle, onDiskFull, token, places, patienceMs = 3_600_000 } = options;
  const { quotaOf = () => undefined } = options;
  const database = openDatabase(dataDir, onDiskFull);
  lifecycle.onClose("database", () => database.close());
  const memory = openDatabase(undefined);
  lifecycle.onClose("progress", () => memory.close());
  const artifacts = withProjects(openFileArtifacts(join(dataDir, "artifacts"), onDiskFull));
  const queues = new Map<string, EmbeddedJobQueue>();
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
          client = createClient(definition, address, { token });
          lifecycle.onClose(`client of ${definition.name}`, client.close);
        }
        return Reflect.get(client, key);
      },
    });
  };
  return {
    artifacts,
    logs: openEmbeddedEventLog(database),
    snapshots: openEmbeddedSnapshots(database),
    progress: openEmbeddedSnapshots(memory),
    events: createInProcessBus(logger),
    queue(name) {
      const queue = queues.get(name) ?? openEmbeddedJobQueue(database, name, { maxDeliveries: MAX_DELIVERIES });
      queues.set(name, queue);
      return queue;
    },
    queues: async () => embeddedQueueCounts(database, queues),
    role: EVERYTHING,
    logger,
    lifecycle,
    signal: lifecycle.signal,
    connect,
    callerFile: places ? confinedCallerFile(artifacts, places) : localCallerFile(artifacts),
    corpusRoots: places?.roots,
    corpusBuckets: places?.buckets,
    quotaOf,
    patienceMs,
    setAddress: (known) => {
      address = known;
    },
  };
}
