import type { Platform } from "@climb/ports";
import { type ErrorKind, ServiceError, VersionConflictError } from "@climb/runtime";
import { isWhole, readShardSet, type ShardSet, writeShardSet } from "./shard-set.js";

/** Who waits for the shards of a group: an attempt at a resource, by its job. */
export interface Waiter {
  kind: string;
  id: string;
  attempt: number;
  /** The queue of its job. */
  queue: string;
}

/** What does not change while a group is worked on. */
export interface GroupPlan {
  /** The queue of its shards. */
  queue: string;
  /** What the shards' workers need to know, as their work declares it. */
  params: unknown;
  stage: string;
  unit: string;
  /** Units of each shard, for progress. */
  units: number[];
}

/** Where a group stands. */
export interface GroupState {
  done: ShardSet;
  waiters: Waiter[];
  /** What the group ended with, if a shard cannot be done. */
  failure?: { kind: ErrorKind; reason: string; message: string; metadata: Record<string, string> };
}

const [PLANS, STATES] = ["shard-plan", "shard-state"];

/** The shards that some resources wait for; one record of what they are, one of how many are done. */
export interface ShardGroups {
  /** Stores what the shards are, unless that is known. */
  plan(key: string, plan: GroupPlan): Promise<void>;
  planOf(key: string): Promise<GroupPlan | undefined>;
  /** Where a group stands; undefined before its first `change`. */
  state(key: string): Promise<GroupState | undefined>;
  /** Stores what `change` makes of the state (undefined before the first); asked again when somebody else was faster. */
  change(key: string, change: (before: GroupState | undefined) => GroupState): Promise<GroupState>;
  remove(key: string): Promise<void>;
}

/** The groups of shards of a platform. */
export function createShardGroups({ snapshots }: Pick<Platform, "snapshots">, now: () => Date): ShardGroups {
  const index = () => ({ state: "", owner: "", labels: {}, createTimeMs: now().getTime() });
  const load = async (key: string) => {
    const found = await snapshots.get(STATES, key);
    return found && { state: decode(found.record), revision: found.revision };
  };
  return {
    async plan(key, plan) {
      if (await snapshots.get(PLANS, key)) return;
      await snapshots.put(PLANS, key, { index: index(), record: Buffer.from(JSON.stringify(plan), "utf8") });
    },
    async planOf(key) {
      const found = await snapshots.get(PLANS, key);
      return found && (JSON.parse(Buffer.from(found.record).toString("utf8")) as GroupPlan);
    },
    state: async (key) => (await load(key))?.state,
    async change(key, change) {
      for (;;) {
        const found = await load(key);
        const next = change(found?.state);
        if (next === found?.state) return next;
        try {
          await snapshots.put(STATES, key, { index: index(), record: encode(next) }, found?.revision ?? 0);
          return next;
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },
    async remove(key) {
      await snapshots.remove(STATES, key);
      await snapshots.remove(PLANS, key);
    },
  };
}

/** Whether no shard is left. */
export function isDone({ done }: GroupState): boolean {
  return isWhole(done);
}

/** The error that a group ended with. */
export function failureOfGroup({ failure }: GroupState): ServiceError | undefined {
  return failure && new ServiceError(failure.kind, failure.reason, failure.message, failure.metadata);
}

/** Whether both are the same attempt at the same resource. */
export function sameWaiter(a: Waiter, b: Waiter): boolean {
  return a.kind === b.kind && a.id === b.id && a.attempt === b.attempt;
}

function encode({ done, ...rest }: GroupState): Buffer {
  return Buffer.from(JSON.stringify({ ...rest, ...writeShardSet(done) }), "utf8");
}

function decode(record: Uint8Array): GroupState {
  const text = Buffer.from(record).toString("utf8");
  const { shards, bits, ...rest } = JSON.parse(text) as Omit<GroupState, "done"> & { shards: number; bits: string };
  return { ...rest, done: readShardSet({ shards, bits }) };
}
