import type { Client, Lifecycle, Logger, Quotas, ServiceDefinition } from "@climb/runtime";
import type { ArtifactStore } from "../artifact-store/port.js";
import type { EventBus } from "../event-bus/port.js";
import type { EventLog } from "../event-log/port.js";
import type { JobQueue, QueueCounts, QueueOptions } from "../job-queue/port.js";
import type { SnapshotStore } from "../snapshot-store/port.js";

/** The world as a service sees it: the ports, the other services, and when to stop. */
export interface Platform {
  artifacts: ArtifactStore;
  logs: EventLog;
  /** The latest states of resources and of the work that replicas share. */
  snapshots: SnapshotStore;
  /** How far work is, overwritten as it goes on; may be gone after a restart. */
  progress: SnapshotStore;
  events: EventBus;
  /** The queue of a name; opened once, the same one at every call. */
  queue(name: string, options?: Pick<QueueOptions, "maxDeliveries">): JobQueue;
  /** What lies in each queue that was ever used, whoever uses it, by name. @throws ServiceError unavailable */
  queues(): Promise<QueueCounts[]>;
  /** What this process is there for. */
  role: Role;
  logger: Logger;
  lifecycle: Lifecycle;
  /** Aborts at shutdown. */
  signal: AbortSignal;
  /** A client of a service of the suite. @param address where it is; in the embedded suite all are in one place */
  connect<D extends ServiceDefinition>(definition: D, address: string): Client<D>;
  /**
   * A file that a caller named, on this machine: an artifact that was uploaded (climb://…, or climb://…/name), or a
   * path, where callers and service share a file system.
   * @throws ServiceError invalid PATH_UNREADABLE for a path elsewhere; notFound ARTIFACT_MISSING
   */
  callerFile(path: string): Promise<string>;
  /** Folders below which corpora may be read by their paths; undefined: anywhere. */
  corpusRoots: readonly string[] | undefined;
  /** Buckets that objects may be read from when a caller names them; undefined: any. */
  corpusBuckets: readonly string[] | undefined;
  /** How much each project may have. */
  quotaOf: Quotas;
  /** How long what is unavailable is tried again before work fails of it. */
  patienceMs: number;
}

export interface Role {
  /** Whether this process answers calls. */
  answers: boolean;
  /** Whether this process works through a queue. */
  takes(queue: string): boolean;
}

/** A process that does everything: the default, and the embedded suite. */
export const EVERYTHING: Role = { answers: true, takes: () => true };
