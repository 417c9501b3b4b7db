import type { Progress } from "@climb/proto/common/v1/job";
import { type GroupPlan, type GroupState, isDone, type Waiter } from "./shard-group.js";
import { hasShard } from "./shard-set.js";

const TELL_EVERY_MS = 1000;

/** Tells the waiters of groups how much of them is done. */
export interface ShardProgress {
  /** Tells of a state, about once a second for each group, and of its end at once. */
  tell(key: string, state: GroupState): Promise<void>;
  /** Of a group that ended otherwise. */
  forget(key: string): void;
}

export function createShardProgress(
  tell: (waiter: Waiter, progress: Progress) => Promise<void>,
  planOf: (key: string) => Promise<GroupPlan | undefined>,
): ShardProgress {
  /** When this process last told of a group. */
  const told = new Map<string, number>();
  return {
    async tell(key, state) {
      const nowMs = performance.now();
      // To add up the shards of a large group costs more than a small shard.
      if (!isDone(state) && nowMs - (told.get(key) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
      told.set(key, nowMs);
      const plan = await planOf(key);
      if (!plan) return;
      let [done, total] = [0, 0];
      for (const [shard, units] of plan.units.entries()) {
        total += units;
        if (hasShard(state.done, shard)) done += units;
      }
      for (const waiter of state.waiters) await tell(waiter, { stage: plan.stage, done, total, unit: plan.unit });
      if (isDone(state)) told.delete(key);
    },
    forget: (key) => void told.delete(key),
  };
}
