import { setTimeout as sleep } from "node:timers/promises";
import { JobState } from "@climb/proto/common/v1/job";
import type { Run, RunProgress } from "@climb/proto/training/v1/training_service";
import {
  announceEnd,
  ended,
  isFinal,
  type Platform,
  pending,
  running,
  ServiceError,
  VersionConflictError,
} from "@climb/runtime";
import { runEndEvent } from "./jobs/runs.js";
import type { TrainingStore } from "./store.js";

/** A run in the hands of a trainer outside Climb. */
export interface RunLease {
  run: Run;
  leaseId: string;
}

/**
 * Runs for trainers outside Climb. A lease is part of the run's record: every replica of the service sees it, and a
 * restart loses none.
 */
export interface Leases {
  /** Lets a trainer find a run. */
  offer(run: Run): Promise<void>;
  /** The next run of a trainer, or undefined after `waitMs` without one or when the signal aborts. */
  take(trainer: string, waitMs: number, signal: AbortSignal): Promise<RunLease | undefined>;
  /** Extends a lease. @throws ServiceError LEASE_LOST, STATE_FORBIDS */
  extend(leaseId: string, progress: RunProgress | undefined): Promise<void>;
  /** Ends a lease with a result; the same answer when it comes again. @throws ServiceError LEASE_LOST, STATE_FORBIDS */
  complete(leaseId: string, result: (before: Run) => Run): Promise<Run>;
  /** Ends a lease without one. @throws ServiceError LEASE_LOST */
  fail(leaseId: string, message: string): Promise<Run>;
}

export const LEASE_MS = 60_000;
const POLL_MS = 500;
const MOST_TRIES = 3;

export function createLeases(deps: { platform: Platform; store: TrainingStore; now: () => Date }): Leases {
  const { platform, store, now } = deps;
  const { logs } = platform;
  /** Per trainer what was read of its log so far, and the runs in it that have not ended. */
  const offers = new Map<string, { version: number; runIds: Set<string> }>();
  const logOf = (trainer: string) => `training/trainers/${trainer}`;

  const open = async (trainer: string): Promise<Set<string>> => {
    const known = offers.get(trainer) ?? { version: 0, runIds: new Set() };
    offers.set(trainer, known);
    for await (const { version, record } of logs.read(logOf(trainer), { after: known.version })) {
      known.version = Math.max(known.version, version);
      known.runIds.add(Buffer.from(record).toString("utf8"));
    }
    return known.runIds;
  };

  const tryTake = async (runId: string): Promise<Run | undefined> => {
    let taken = false;
    const run = await store.runs.update(runId, (before) => {
      taken = false;
      if (!isFree(before, now())) return before;
      if (before.attempts >= MOST_TRIES)
        return poisoned(before, "the trainers that took it were not heard of again", now());
      taken = true;
      return {
        ...before,
        attempts: before.attempts + 1,
        status: running(before.status, now()),
        leaseEndTime: new Date(now().getTime() + LEASE_MS),
      };
    });
    if (taken) return run;
    if (isFinal(run.status)) {
      offers.get(run.spec?.trainer ?? "")?.runIds.delete(runId);
      await announceEnd(platform, run, runEndEvent);
    }
    return undefined;
  };

  /** Changes the run under a lease; a lease that ran out holds as long as nobody else has taken the run. */
  const underLease = async (leaseId: string, change: (before: Run) => Run): Promise<Run> =>
    store.runs.update(runOf(leaseId), (before) => {
      if (leaseIdOf(before) !== leaseId) throw lost(leaseId);
      return change(before);
    });

  return {
    async offer({ id, spec }) {
      const log = logOf(spec?.trainer ?? "");
      for (;;) {
        const last = await logs.last(log);
        try {
          await logs.append(log, last?.version ?? 0, Buffer.from(id, "utf8"));
          return;
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },
    async take(trainer, waitMs, signal) {
      const until = performance.now() + waitMs;
      const stop = AbortSignal.any([signal, platform.signal]);
      for (;;) {
        for (const id of await open(trainer)) {
          if (stop.aborted) return undefined;
          const run = await tryTake(id);
          if (run) return { run, leaseId: leaseIdOf(run) };
        }
        if (stop.aborted || performance.now() >= until) return undefined;
        await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
      }
    },
    async extend(leaseId, progress) {
      await underLease(leaseId, (before) => {
        mustGoOn(before);
        return { ...before, training: progress ?? before.training, leaseEndTime: new Date(now().getTime() + LEASE_MS) };
      });
    },
    async complete(leaseId, result) {
      const run = await underLease(leaseId, (before) => {
        if (before.status?.state === JobState.JOB_STATE_SUCCEEDED) return before;
        mustGoOn(before);
        const status = ended(before.status, JobState.JOB_STATE_SUCCEEDED, now());
        return { ...result(before), status, leaseEndTime: undefined };
      });
      await announceEnd(platform, run, runEndEvent);
      return run;
    },
    async fail(leaseId, message) {
      const run = await underLease(leaseId, (before) => {
        if (before.status?.state !== JobState.JOB_STATE_RUNNING) return before;
        if (before.attempts >= MOST_TRIES) return poisoned(before, message, now());
        // The first start and the count of tries stay: it is still the same run.
        return { ...before, status: { ...before.status, state: pending(now()).state }, leaseEndTime: undefined };
      });
      await announceEnd(platform, run, runEndEvent);
      return run;
    },
  };
}

/** Names a lease: the run, when it was begun, and which try it is. */
function leaseIdOf({ id, status, attempts }: Run): string {
  return `${id}.${status?.createTime?.getTime() ?? 0}.${attempts}`;
}

function runOf(leaseId: string): string {
  const [id = "", ...rest] = leaseId.split(".");
  if (rest.length !== 2) {
    const message = `lease_id: found "${leaseId}", expected what LeaseRun answered`;
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "lease_id" });
  }
  return id;
}

function isFree({ status, leaseEndTime }: Run, now: Date): boolean {
  if (status?.state === JobState.JOB_STATE_PENDING) return true;
  return status?.state === JobState.JOB_STATE_RUNNING && (leaseEndTime?.getTime() ?? 0) < now.getTime();
}

function poisoned(run: Run, cause: string, now: Date): Run {
  const message = `given up after ${run.attempts} tries of trainer "${run.spec?.trainer}": ${cause}`;
  const failure = { reason: "JOB_POISONED", message, metadata: { deliveries: String(run.attempts) } };
  return { ...run, status: ended(run.status, JobState.JOB_STATE_FAILED, now, failure), leaseEndTime: undefined };
}

/** @throws ServiceError if the run of a lease is not to be worked on any more */
function mustGoOn({ id, status }: Run): void {
  if (status?.state === JobState.JOB_STATE_RUNNING) return;
  const state = JobState[status?.state ?? JobState.JOB_STATE_UNSPECIFIED].replace("JOB_STATE_", "");
  throw new ServiceError("wrongState", "STATE_FORBIDS", `run ${id} is ${state}: stop`, { kind: "runs", id, state });
}

function lost(leaseId: string): ServiceError {
  const message = `lease ${leaseId} ran out and another trainer has taken the run: stop`;
  return new ServiceError("wrongState", "LEASE_LOST", message, { job: runOf(leaseId) });
}
