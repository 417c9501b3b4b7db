import type { Platform } from "@climb/ports";
import type { Progress } from "@climb/proto/common/v1/job";
import { currentProject, forOwner, ServiceError } from "@climb/runtime";
import pMap from "p-map";
import { jobOfShard, type ShardJob, shardOfJob } from "./job-payload.js";
import { runJobs } from "./jobs.js";
import {
  createShardGroups,
  failureOfGroup,
  type GroupPlan,
  type GroupState,
  isDone,
  sameWaiter,
  type Waiter,
} from "./shard-group.js";
import { createShardProgress } from "./shard-progress.js";
import { hasShard, shardSet, withShard } from "./shard-set.js";
import { failureOf, isPermanent } from "./status.js";

/** One kind of shard: what a worker of any replica does with one. */
export interface ShardWorkDefinition<Params, Prepared> {
  /** One word; names the queue. */
  queue: string;
  /** Shards at once in one process. */
  concurrency: number;
  /** Reads what all shards of a group share; kept for the group that this process works on. */
  prepare(params: Params, context: { signal: AbortSignal }): Promise<Prepared>;
  /**
   * Does a shard and leaves its outcome as an artifact. It may come again, or run twice at once after a lost lease: the
   * same shard gives the same bits.
   */
  run(prepared: Prepared, shard: number, context: { signal: AbortSignal }): Promise<void>;
}

/** Shards to be done by whichever workers are free. */
export interface ShardRequest<Params, Outcome> {
  /** Names the group: a content id of all that its outcome depends on, so that who wants the same shares it. */
  key: string;
  params: Params;
  /** For progress: what is done, what is counted, and how much of it each shard has. One entry for each shard. */
  stage: string;
  unit: string;
  units: readonly number[];
  /** The outcome of a shard, if it is there, perhaps from an earlier attempt; to look keeps it from being swept away. */
  find(shard: number): Promise<Outcome | undefined>;
}

export interface ShardWork<Params> {
  readonly queue: string;
  /** Works through the queue until the platform's signal aborts, if this process takes it. */
  work(): Promise<void>;
  /**
   * Returns what each shard has left, once all are done; until then it has them queued and throws {@link Asleep}: whoever
   * does the last one wakes the waiter's job. @throws ServiceError what a shard ended with
   */
  all<Outcome>(request: ShardRequest<Params, Outcome>, waiter: Waiter): Promise<Outcome[]>;
  /** Forgets what is known of a group whose outcome is used. */
  forget(key: string): Promise<void>;
}

/** What shards can be declared on: a kind of resource, whose makers wait for them. */
export interface ShardHost {
  /** Declares shards that the makers of this kind wait for. */
  shards<Params, Prepared>(definition: ShardWorkDefinition<Params, Prepared>): ShardWork<Params>;
}

/** Thrown through the maker of a resource that waits for something: its job is over until that wakes it. */
export class Asleep extends Error {
  override readonly name = "Asleep";
  /** @param isOver whether there is nothing to wait for by now */
  constructor(
    what: string,
    readonly isOver: () => Promise<boolean>,
  ) {
    super(`waiting for ${what}`);
  }
}

const LOOK_EVERY_MS = 2000;
/** Outcomes that are looked for at once. */
const LOOKS_AT_ONCE = 64;

/** What the shards of a platform need to know of resources; see defineResource. */
export interface Wakes {
  /** Queues the job of a waiter again. */
  wake(waiter: Waiter): Promise<void>;
  /** Whether an attempt is still wanted. */
  isAlive(waiter: Waiter): Promise<boolean>;
  tell(waiter: Waiter, progress: Progress): Promise<void>;
}

/** Declares shards that makers of resources wait for; called through `ResourceKind.shards`. */
export function defineShards<Params, Prepared>(
  platform: Platform,
  wakes: Wakes,
  definition: ShardWorkDefinition<Params, Prepared>,
): ShardWork<Params> {
  const { queue: name, concurrency } = definition;
  const groups = createShardGroups(platform, () => new Date());
  const jobOf = (key: string, shard: number) => jobOfShard({ key, shard, project: currentProject() });
  const wakeAll = async ({ waiters }: GroupState) => {
    for (const waiter of waiters) await wakes.wake(waiter);
  };

  const allDone = async (request: ShardRequest<Params, unknown>, waiter: Waiter) => {
    const { key, params, stage, unit, units, find } = request;
    const known = await groups.state(key);
    const joined = known?.waiters.some((other) => sameWaiter(other, waiter)) ?? false;
    // What the group ended with before says nothing of an attempt that was not there.
    const failure = known && joined ? failureOfGroup(known) : undefined;
    if (failure) throw failure;
    if (known && joined && isDone(known)) return;
    await groups.plan(key, { queue: name, params, stage, unit, units: [...units] });
    // Who joins looks for itself: outcomes that a group remembers may have been removed since.
    const there = joined ? undefined : shardSet(await eachShard(units, async (i) => (await find(i)) !== undefined));
    const state = await groups.change(key, (before) => {
      const waiting = !before || before.failure ? [] : before.waiters;
      const waiters = waiting.some((other) => sameWaiter(other, waiter)) ? waiting : [...waiting, waiter];
      return { done: there ?? before?.done ?? shardSet(units.map(() => false)), waiters };
    });
    if (isDone(state)) return;
    // The largest first: the last ones decide how long some replicas wait for others.
    const sizeOf = (shard: number) => units[shard] ?? 0;
    const missing = [...units.keys()]
      .filter((shard) => !hasShard(state.done, shard))
      .sort((a, b) => sizeOf(b) - sizeOf(a));
    await platform.queue(name).enqueue(missing.map((shard) => jobOf(key, shard)));
    await progress.tell(key, state);
    throw new Asleep(`the shards of ${key}`, async () => {
      const now = await groups.state(key);
      return !now || isDone(now) || now.failure !== undefined;
    });
  };

  const all = async <Outcome>(request: ShardRequest<Params, Outcome>, waiter: Waiter): Promise<Outcome[]> => {
    for (;;) {
      await allDone(request, waiter);
      const found = await eachShard(request.units, request.find);
      const outcomes = found.filter((outcome) => outcome !== undefined);
      if (outcomes.length === found.length) return outcomes;
      // Some were swept away since the group was done, in an attempt that was given up long ago.
      await groups.remove(request.key);
    }
  };

  /** What the shards of the last group share: those of one group come one after another. */
  let last: { key: string; plan: GroupPlan; prepared: Promise<Prepared> } | undefined;
  const planOf = async (key: string) => (last?.key === key ? last.plan : groups.planOf(key));
  const progress = createShardProgress(wakes.tell, planOf);
  const preparedOf = async (key: string, signal: AbortSignal) => {
    if (last?.key === key) return last;
    const plan = await groups.planOf(key);
    if (!plan) return undefined;
    const { signal: shared } = platform;
    // Not with the shard's own signal: others of the group use it too.
    const now = { key, plan, prepared: definition.prepare(plan.params as Params, { signal: shared }) };
    now.prepared.catch(() => {
      if (last === now) last = undefined;
    });
    signal.throwIfAborted();
    last = now;
    return now;
  };
  const end = async (key: string, error: unknown) => {
    progress.forget(key);
    const { reason, message, metadata } = failureOf(error);
    const kind = error instanceof ServiceError ? error.kind : "wrongState";
    const failure = { kind, reason: reason || "JOB_POISONED", message, metadata };
    await wakeAll(await groups.change(key, (before) => ({ done: shardSet([]), waiters: [], ...before, failure })));
  };

  const isWanted = async ({ waiters }: Pick<GroupState, "waiters">) => {
    for (const waiter of waiters) if (await wakes.isAlive(waiter)) return true;
    return false;
  };
  /** A signal that fires with the lease's, and some seconds after everybody who waited was cancelled. */
  const watchWanted = (key: string, lease: AbortSignal) => {
    const ended = new AbortController();
    const timer = setInterval(() => {
      const wanted = groups.state(key).then((state) => state !== undefined && isWanted(state));
      wanted.then(
        (is) => is || ended.abort(new Error("nobody waits for the shard any more")),
        // A look that failed costs a late stop, no more.
        () => {},
      );
    }, LOOK_EVERY_MS);
    return { signal: AbortSignal.any([lease, ended.signal]), close: () => clearInterval(timer) };
  };

  const doShard = async ({ key, shard }: ShardJob, signal: AbortSignal) => {
    const before = await groups.state(key);
    if (!before || before.failure) return;
    // Its worker may have died before it woke anybody.
    if (isDone(before)) return wakeAll(before);
    if (hasShard(before.done, shard) || !(await isWanted(before))) return;
    const unwanted = watchWanted(key, signal);
    try {
      const group = await preparedOf(key, signal);
      if (!group) return;
      await definition.run(await group.prepared, shard, { signal: unwanted.signal });
    } catch (error) {
      if (unwanted.signal.aborted && !signal.aborted) return;
      if (signal.aborted || !isPermanent(error)) throw error;
      platform.logger.error({ err: error, queue: name, key, shard }, "a shard cannot be done");
      return end(key, error);
    } finally {
      unwanted.close();
    }
    const after = await groups.change(key, (state) => ({
      ...(state ?? { waiters: [] }),
      done: withShard(state?.done ?? shardSet([]), shard),
    }));
    await progress.tell(key, after);
    if (isDone(after)) await wakeAll(after);
  };

  return {
    queue: name,
    all,
    forget: (key) => groups.remove(key),
    async work() {
      if (!platform.role.takes(name)) return;
      await runJobs({
        platform,
        queue: platform.queue(name),
        name,
        concurrency,
        handler: async (job, { signal }) => {
          const shard = shardOfJob(job);
          await forOwner(shard.project ?? "", () => doShard(shard, signal));
        },
        onBuried: (job, error) => end(shardOfJob(job).key, error),
      });
    },
  };
}

function eachShard<R>(units: readonly number[], look: (shard: number) => Promise<R>): Promise<R[]> {
  return pMap(units.keys(), look, { concurrency: LOOKS_AT_ONCE });
}
