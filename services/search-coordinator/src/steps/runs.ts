import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import type { Run, RunSpec } from "@climb/proto/training/v1/training_service";
import { faultsError, isFinal } from "@climb/resources";
import { firstAdmission, nextAdmission, type PlannedRun, plannedRuns, type SearchRun } from "../core/index.js";
import { priorityFromProto } from "../rpc/convert.js";
import { runSpec } from "../rpc/run-spec.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { groupDroOf, targetAlignmentOf } from "./following.js";
import { mergingOf } from "./merge.js";
import { pause } from "./until-finished.js";

/** What a run that waits is looked at for: whether it has begun. */
const LOOK_MS = 500;
/** Every so often all runs are asked for, in case an event was lost. */
const ASK_ALL_MS = 5000;

/**
 * Puts proxy runs on the search's list, under the ids that they have (a run is named by what it is). They go to the
 * trainers' queue as their turn comes, see {@link awaitRuns}.
 */
export async function queueRuns(context: StepContext, runs: Omit<PlannedRun, "runId">[]): Promise<PlannedRun[]> {
  const planned: PlannedRun[] = [];
  const specOf = await specsOf(context);
  for (const run of runs) {
    const spec = await specOf(run);
    const { runId, faults } = await context.peers.training.validateRun(
      { spec, vocabulary: 0 },
      { signal: context.making.signal },
    );
    if (!runId) throw faultsError(faults);
    planned.push({ ...run, runId });
  }
  return planned;
}

/** What planned runs are to the trainers. */
async function specsOf(context: StepContext): Promise<(run: Omit<PlannedRun, "runId">) => Promise<RunSpec>> {
  const mergeOf = await mergingOf(context);
  const { spec, state } = context;
  return async (run) => {
    const kind = {
      groupDro: await groupDroOf(context, run),
      targetAlignment: targetAlignmentOf(context, run),
      merge: mergeOf(run),
      smallerProxy: run.smallerProxy,
    };
    return runSpec(spec, state.tokenSetId ?? "", run.mixture, run.seed, kind);
  };
}

async function beginRun(context: StepContext, spec: RunSpec): Promise<Run> {
  const { peers, history, making } = context;
  const { targets } = lastEvent(history, "created");
  const created = await peers.training.createRun({ requestId: "", spec, targets }, { signal: making.signal });
  return created.run as Run;
}

/**
 * Waits until all the runs have ended and notes each as it does. Few of them wait in the trainers' queue at a time, so that
 * other searches have their turn. Events only wake it: what is recorded is what the training service says of the run, asked
 * again every few seconds, so a lost or repeated event changes nothing.
 */
export async function awaitRuns(context: StepContext, runs: SearchRun[]): Promise<void> {
  const { platform, peers, state, note, history, making } = context;
  const { signal, report } = making;
  const { targets } = lastEvent(history, "created");
  const { spec: asked } = await making.update((before) => before);
  const priority = priorityFromProto(asked?.priority);
  const listed = [...new Map(runs.map((run) => [run.runId, run])).values()];
  /** Queued and not ended, by id: whether it has begun. */
  const queued = new Map<string, boolean>();
  const finished = new Set<string>();
  let admission = firstAdmission(priority);
  let ended = 0;
  let wake = () => {};
  const subscription = await platform.events.subscribe({
    subject: "training.run_finished",
    handler: async ({ payload }) => {
      finished.add(RunFinished.decode(payload).runId);
      wake();
    },
  });
  const tell = () => {
    const stage = state.confirmationPlanned ? "confirming with fresh seeds" : "training proxies";
    const total = Math.max(state.runs.length, plannedRuns(state.plan, state.domains?.length) ?? 0);
    report({ stage, done: state.runs.filter(({ outcome }) => outcome).length + ended, total, unit: "runs" });
  };
  /** Notes a run that has ended, or whether it has begun. */
  const look = async (run: Run) => {
    if (!isFinal(run.status)) {
      queued.set(run.id, run.status?.state === JobState.JOB_STATE_RUNNING);
      return;
    }
    queued.delete(run.id);
    await note(recorded(run, targets));
    ended++;
    tell();
  };
  const waiting = () => [...queued.values()].filter((begun) => !begun).length;
  try {
    const specOf = await specsOf(context);
    tell();
    let askedAllMs = performance.now();
    for (;;) {
      // Asking for a run that is there finds it: one that ended meanwhile, or was queued by a process that has died.
      while (listed.length > 0 && waiting() < admission.window) {
        signal.throwIfAborted();
        await look(await beginRun(context, await specOf(listed.shift() as SearchRun)));
      }
      if (queued.size === 0) return;
      const sleeping = new AbortController();
      wake = () => sleeping.abort();
      if (![...finished].some((id) => queued.has(id))) await pause(LOOK_MS, AbortSignal.any([signal, sleeping.signal]));
      signal.throwIfAborted();
      const all = performance.now() - askedAllMs > ASK_ALL_MS;
      if (all) askedAllMs = performance.now();
      // Where one has ended, another may have begun.
      const asking = [...queued].filter(([id, begun]) => all || !begun || finished.has(id)).map(([id]) => id);
      finished.clear();
      for (const id of asking) {
        const { run } = await peers.training.getRun({ id }, { signal });
        if (run) await look(run);
      }
      admission = nextAdmission(admission, priority, waiting());
    }
  } finally {
    await subscription.close();
  }
}

/** A run may have been asked for other targets by others; what counts here are this search's, as it has them. */
function recorded(run: Run, targets: Target[]): EventBody {
  const state = run.status?.state ?? JobState.JOB_STATE_FAILED;
  return {
    $case: "runRecorded",
    value: {
      runId: run.id,
      state,
      tasks: targets.flatMap(({ name, items, scoring }) =>
        run.tasks.filter(
          (task) => task.target === name && task.targetSha256 === items?.sha256 && task.scoring === scoring,
        ),
      ),
      seconds: run.seconds,
      tokens: run.training?.tokens ?? run.spec?.tokens ?? 0n,
      bytes: run.weights?.sizeBytes ?? 0n,
      parameters: run.parameters,
      groupWeights: run.groupWeights,
      failure: run.status?.failure?.message ?? "",
    },
  };
}
