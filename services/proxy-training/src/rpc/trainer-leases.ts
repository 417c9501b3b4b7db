import { setTimeout as sleep } from "node:timers/promises";
import type { Platform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import type { Run, RunProgress } from "@climb/proto/training/v1/training_service";
import { ended, nameOfState, pending, running } from "@climb/resources";
import { currentTraceId, ServiceError } from "@climb/runtime";
import type { Runs } from "./runs.js";

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
const MAX_TRIES = 3;
const OPEN_STATES = ["PENDING", "RUNNING"];

/** The leases of the runs that trainers outside Climb take. */
export function createLeases({ signal: shutdown }: Pick<Platform, "signal">, runs: Runs): Leases {
  const { store } = runs;

  /** The runs of a trainer that have not ended, in the order in which they were begun. */
  const openRuns = (trainer: string) => store.every({ states: OPEN_STATES, labels: { trainer } });

  const tryTake = async ({ id }: Run): Promise<Run | undefined> => {
    let taken = false;
    const run = await store.update(id, (before) => {
      taken = false;
      if (!isFree(before)) return before;
      if (before.attempts >= MAX_TRIES) return poisoned(before, "the trainers that took it were not heard of again");
      taken = true;
      return {
        ...before,
        attempts: before.attempts + 1,
        status: running(before.status, new Date(), currentTraceId()),
        leaseEndTime: leaseEnd(),
      };
    });
    if (taken) return run;
    await runs.announce(run);
    return undefined;
  };

  /** Changes the run under a lease; a lease that ran out holds as long as nobody else has taken the run. */
  const underLease = async (leaseId: string, change: (before: Run) => Run): Promise<Run> =>
    store.update(runOf(leaseId), (before) => {
      if (leaseIdOf(before) !== leaseId) throw lost(leaseId);
      return change(before);
    });

  return {
    async take(trainer, waitMs, signal) {
      const until = performance.now() + waitMs;
      const stop = AbortSignal.any([signal, shutdown]);
      for (;;) {
        for await (const found of openRuns(trainer)) {
          if (stop.aborted) return undefined;
          const run = isFree(found) ? await tryTake(found) : undefined;
          if (run) return { run, leaseId: leaseIdOf(run) };
        }
        if (stop.aborted || performance.now() >= until) return undefined;
        await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
      }
    },
    async extend(leaseId, progress) {
      await underLease(leaseId, (before) => {
        mustGoOn(before);
        return { ...before, training: progress ?? before.training, leaseEndTime: leaseEnd() };
      });
    },
    async complete(leaseId, result) {
      const run = await underLease(leaseId, (before) => {
        if (before.status?.state === JobState.JOB_STATE_SUCCEEDED) return before;
        mustGoOn(before);
        const status = ended(before.status, JobState.JOB_STATE_SUCCEEDED, new Date());
        return { ...result(before), status, leaseEndTime: undefined };
      });
      await runs.announce(run);
      return run;
    },
    async fail(leaseId, message) {
      const run = await underLease(leaseId, (before) => {
        if (before.status?.state !== JobState.JOB_STATE_RUNNING) return before;
        if (before.attempts >= MAX_TRIES) return poisoned(before, message);
        // The first start and the count of tries stay: it is still the same run.
        return { ...before, status: { ...before.status, state: pending(new Date()).state }, leaseEndTime: undefined };
      });
      await runs.announce(run);
      return run;
    },
  };
}

/** Names a lease: the run, when it was begun, and which try it is. */
function leaseIdOf({ id, status, attempts }: Run): string {
  return `${id}.${status?.createTime?.getTime() ?? 0}.${attempts}`;
}

function runOf(leaseId: string): string {
  const [id = ""] = leaseId.split(".");
  return id;
}

function isFree({ status, leaseEndTime }: Run): boolean {
  if (status?.state === JobState.JOB_STATE_PENDING) return true;
  return status?.state === JobState.JOB_STATE_RUNNING && (leaseEndTime?.getTime() ?? 0) < Date.now();
}

function leaseEnd(): Date {
  return new Date(Date.now() + LEASE_MS);
}

function poisoned(run: Run, cause: string): Run {
  const message = `given up after ${run.attempts} tries of trainer "${run.spec?.trainer}": ${cause}`;
  const failure = { reason: "JOB_POISONED", message, metadata: { deliveries: String(run.attempts) } };
  return { ...run, status: ended(run.status, JobState.JOB_STATE_FAILED, new Date(), failure), leaseEndTime: undefined };
}

/** @throws ServiceError if the run of a lease is not to be worked on any more */
function mustGoOn({ id, status }: Run): void {
  if (status?.state === JobState.JOB_STATE_RUNNING) return;
  const state = nameOfState(status);
  throw new ServiceError("wrongState", "STATE_FORBIDS", `run ${id} is ${state}: stop`, { kind: "run", id, state });
}

function lost(leaseId: string): ServiceError {
  const message = `lease ${leaseId} ran out and another trainer has taken the run: stop`;
  return new ServiceError("wrongState", "LEASE_LOST", message, { run_id: runOf(leaseId) });
}
