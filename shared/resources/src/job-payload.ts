import type { NewJob } from "@climb/ports";

/** An attempt at a resource, as its job has it. */
export interface Attempt {
  id: string;
  /** See attemptOf. */
  attempt: number;
  /** The attempt was given up, and its resource is to begin again. */
  again?: boolean | undefined;
}

/** A shard of a group, as its job has it. */
export interface ShardJob {
  key: string;
  shard: number;
  /** For whom the shard is done. */
  project?: string | undefined;
}

/** The job of an attempt, whoever queues it. */
export function jobOfAttempt({ id, attempt, again }: Attempt): NewJob {
  return { id: `${id}-${attempt}`, payload: encoded({ id, attempt, again } satisfies Attempt) };
}

/** The job of a shard. */
export function jobOfShard(shard: ShardJob): NewJob {
  return { id: `${shard.key}-${shard.shard}`, payload: encoded(shard) };
}

/** What a job of a resource is for. */
export function attemptOfJob({ payload }: Pick<NewJob, "payload">): Attempt {
  return decoded(payload) as Attempt;
}

/** What a job of a shard is for. */
export function shardOfJob({ payload }: Pick<NewJob, "payload">): ShardJob {
  return decoded(payload) as ShardJob;
}

/** What a job is for, whichever queue it is of. */
export function workOfJob({ payload }: Pick<NewJob, "payload">): Attempt | ShardJob {
  return decoded(payload) as Attempt | ShardJob;
}

function encoded(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value), "utf8");
}

function decoded(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload).toString("utf8"));
}
