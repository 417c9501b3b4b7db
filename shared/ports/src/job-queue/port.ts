/** Work to be done by whoever takes it. */
export interface NewJob {
  /** One word of A-Z a-z 0-9 _ -. */
  id: string;
  payload: Uint8Array;
}

/** A job in the hands of one worker. */
export interface Lease {
  readonly id: string;
  readonly payload: Uint8Array;
  /** 1 for the first delivery. Counted with the job, whichever processes had it. */
  readonly delivery: number;
  /** How often the job was released as failed before. Counted with the job too. */
  readonly failures: number;
  /** Trace context of whoever queued the job. */
  readonly traceHeaders: Record<string, string>;
  /** Keeps the lease for another leaseMs. @throws ServiceError wrongState LEASE_LOST; unavailable */
  extend(): Promise<void>;
  /** Done: the job never comes back. @throws ServiceError wrongState LEASE_LOST; unavailable */
  complete(): Promise<void>;
  /** Not done: the job comes back after the delay, with one more failure if it `failed`. */
  release(options?: { delayMs?: number; failed?: boolean }): Promise<void>;
  /** Given up: the job moves to the dead letters. */
  bury(reason: string): Promise<void>;
}

/** A job that was given up. */
export interface DeadLetter {
  id: string;
  payload: Uint8Array;
  deliveries: number;
  reason: string;
  /** When, in milliseconds since 1970. */
  timeMs: number;
}

/** What lies in a queue. */
export interface QueueCounts {
  queue: string;
  /** Jobs that nobody has. */
  waiting: number;
  /** Jobs in the hands of workers, and those that wait for another try. */
  leased: number;
  /** Time since the oldest of both was queued; 0 without any. */
  oldestAgeMs: number;
  dead: number;
}

export interface QueueOptions {
  /** A lease that is not extended for so long is lost. */
  leaseMs?: number;
  /** Deliveries after which a worker should give a job up, because its workers died at it. */
  maxDeliveries?: number;
}

/**
 * Durable work. A job is delivered until it is completed or buried. Every delivery counts, also one that killed its
 * worker; who leases a job with more deliveries than `maxDeliveries` should bury it, as runJobs does. Every method
 * throws ServiceError unavailable while the broker is away.
 */
export interface JobQueue {
  readonly leaseMs: number;
  readonly maxDeliveries: number;
  /** Queues jobs, all of them before it resolves. A job of the same id that waits or is leased is not queued again. */
  enqueue(jobs: NewJob | readonly NewJob[]): Promise<void>;
  /** The next job, or undefined after `waitMs` without one. A lease that is not extended in time is delivered again. */
  lease(options: { waitMs: number; signal?: AbortSignal }): Promise<Lease | undefined>;
  /** Jobs that were given up, oldest first, at most `limit` (default 1000). */
  deadLetters(limit?: number): Promise<DeadLetter[]>;
  /** The job of an id that was given up; undefined if there is none. */
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  /** Forgets that a job was given up; no error if it was not. */
  removeDeadLetter(id: string): Promise<void>;
  /** Jobs that wait or are leased. */
  depth(): Promise<number>;
}
