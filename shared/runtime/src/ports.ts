/** A reference to a stored artifact. */
export interface ArtifactRef {
  uri: string;
  /** 64 lower-case hexadecimal digits. */
  sha256: string;
  sizeBytes: number;
}

/** Bulk data by path. What is there is whole: a half-written artifact is never seen, whatever process died. */
export interface ArtifactStore {
  /**
   * Stores content under a path such as "embedding/<id>/vectors-00000.f32", replacing what was there at once.
   * @throws ServiceError exhausted DISK_FULL
   */
  put(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<ArtifactRef>;
  /** The content. @throws ServiceError notFound ARTIFACT_MISSING */
  get(uri: string): AsyncIterable<Uint8Array>;
  /** The reference if the artifact is there and whole. */
  stat(path: string): Promise<ArtifactRef | undefined>;
  /** The artifacts whose path starts with `prefix`, sorted by path. */
  list(prefix: string): AsyncIterable<{ path: string; uri: string; sizeBytes: number }>;
  /**
   * A local file with the content, for worker threads: the file itself, or a verified download.
   * @throws ServiceError notFound ARTIFACT_MISSING, wrongState ARTIFACT_CORRUPT
   */
  localPath(ref: { uri: string; sha256?: string }): Promise<string>;
  /** Removes an artifact; no error if there is none. */
  remove(path: string): Promise<void>;
}

export interface LogRecord {
  /** Grows from record to record; not necessarily by one. */
  version: number;
  record: Uint8Array;
}

/** Append-only logs by name ("training/runs/<id>", characters a-z 0-9 / _ -). What was appended survives any crash. */
export interface EventLog {
  /**
   * Appends if the log's last version is `expectedVersion` (0 for an empty log) and returns the new version.
   * @throws VersionConflictError
   */
  append(log: string, expectedVersion: number, record: Uint8Array): Promise<number>;
  /** The records after a version, oldest first; nothing for an unknown log. */
  read(log: string, options?: { after?: number }): AsyncIterable<LogRecord>;
  last(log: string): Promise<LogRecord | undefined>;
  /** Like read, then every new record, until the signal aborts; then it ends without an error. */
  follow(log: string, options: { after?: number; signal: AbortSignal }): AsyncIterable<LogRecord>;
  /** Names of the logs that start with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
}

/** A job in the hands of one worker. */
export interface Lease {
  readonly id: string;
  readonly payload: Uint8Array;
  /** 1 for the first delivery. */
  readonly delivery: number;
  /** Trace context of whoever queued the job. */
  readonly traceHeaders: Record<string, string>;
  /** Keeps the lease for another leaseMs. @throws ServiceError wrongState LEASE_LOST */
  extend(): Promise<void>;
  /** Done: the job never comes back. */
  complete(): Promise<void>;
  /** Not done: the job comes back after the delay. */
  release(options?: { delayMs?: number }): Promise<void>;
  /** Given up: the job moves to the dead letters. */
  bury(reason: string): Promise<void>;
}

export interface DeadLetter {
  id: string;
  payload: Uint8Array;
  deliveries: number;
  reason: string;
}

/**
 * Durable work. A job is delivered until it is completed or buried. Every delivery counts, also one that killed its
 * worker; who leases a job with more deliveries than `maxDeliveries` should bury it, as runJobs does.
 */
export interface JobQueue {
  readonly leaseMs: number;
  readonly maxDeliveries: number;
  /** Queues a job. A job of the same id that waits or is leased is not queued again. */
  enqueue(job: { id: string; payload: Uint8Array }): Promise<void>;
  /** The next job, or undefined after `waitMs` without one. A lease that is not extended in time is delivered again. */
  lease(options: { waitMs: number; signal?: AbortSignal }): Promise<Lease | undefined>;
  deadLetters(): Promise<DeadLetter[]>;
}

export interface BusEvent {
  /** "<service>.<event>", for example "training.run_finished". */
  subject: string;
  /** An event of a subject and id that were published before may be dropped as a duplicate. */
  id: string;
  payload: Uint8Array;
}

/** Facts for whoever wants to know, at least once. Trace context travels along. */
export interface EventBus {
  publish(event: BusEvent): Promise<void>;
  /**
   * With a group: one member gets each event, and again until its handler resolves, also after a restart.
   * Without: every subscriber gets the events from now on.
   * @param options.subject a subject, or a prefix ending in ".>"
   */
  subscribe(options: {
    subject: string;
    group?: string;
    handler: (event: BusEvent) => Promise<void>;
  }): Promise<{ close(): Promise<void> }>;
}
