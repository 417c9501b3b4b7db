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

export interface DeadLetter {
  id: string;
  payload: Uint8Array;
  deliveries: number;
  reason: string;
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
  /** Jobs that wait or are leased. */
  depth(): Promise<number>;
}
