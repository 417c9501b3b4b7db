import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import type { Merge, Run } from "@climb/proto/training/v1/training_service";
import { isFinal } from "@climb/resources";
import { type PlannedRun, plannedRuns, type SearchRun } from "../core/index.js";
import { runSpec } from "../rpc/run-spec.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { groupDroOf } from "./doremi.js";
import { mergingOf } from "./merge.js";
import { pause } from "./until-finished.js";

/** Queues proxy runs (again, if need be: a run is named by what it is) and gives them their ids. */
export async function queueRuns(context: StepContext, runs: Omit<PlannedRun, "runId">[]): Promise<PlannedRun[]> {
  const mergeOf = await mergingOf(context);
  const planned: PlannedRun[] = [];
  for (const run of runs) planned.push({ ...run, runId: (await queueRun(context, run, mergeOf(run))).id });
  return planned;
}

async function queueRun(context: StepContext, run: Omit<PlannedRun, "runId">, merge: Merge | undefined): Promise<Run> {
  const { peers, spec, state, history, making } = context;
  const { targets } = lastEvent(history, "created");
  const groupDro = await groupDroOf(context, run);
  const created = await peers.training.createRun(
    { requestId: "", spec: runSpec(spec, state.tokenSetId ?? "", run.mixture, run.seed, { groupDro, merge }), targets },
    { signal: making.signal },
  );
  return created.run as Run;
}

/**
 * Waits until all the runs have ended and notes each as it does. Events only wake it: what is recorded is what the
 * training service says of the run, asked again every few seconds, so a lost or repeated event changes nothing.
 */
export async function awaitRuns(context: StepContext, runs: SearchRun[]): Promise<void> {
  const { platform, peers, state, note, history, making } = context;
  const { signal, report } = making;
  const { targets } = lastEvent(history, "created");
  const waiting = new Map(runs.map((run) => [run.runId, run]));
  const finished = new Set<string>();
  let wake = () => {};
  const subscription = await platform.events.subscribe({
    subject: "training.run_finished",
    handler: async ({ payload }) => {
      finished.add(RunFinished.decode(payload).runId);
      wake();
    },
  });
  try {
    // Asking for every run again heals a crash between planning and queueing, and finds those that ended meanwhile.
    const mergeOf = await mergingOf(context);
    for (const run of runs) finished.add((await queueRun(context, run, mergeOf(run))).id);
    const tell = () => {
      const stage = state.confirmationPlanned ? "confirming with fresh seeds" : "training proxies";
      const total = Math.max(state.runs.length, plannedRuns(state.plan, state.domains?.length) ?? 0);
      const done = state.runs.filter(({ outcome }) => outcome).length + runs.length - waiting.size;
      report({ stage, done, total, unit: "runs" });
    };
    tell();
    while (waiting.size > 0) {
      signal.throwIfAborted();
      const ask = finished.size > 0 ? [...finished].filter((id) => waiting.has(id)) : [...waiting.keys()];
      finished.clear();
      for (const id of ask) {
        const { run } = await peers.training.getRun({ id }, { signal });
        if (!run || !isFinal(run.status)) continue;
        await note(recorded(run, targets));
        waiting.delete(id);
        tell();
      }
      const sleeping = new AbortController();
      wake = () => sleeping.abort();
      if (finished.size === 0 && waiting.size > 0) await pause(5000, AbortSignal.any([signal, sleeping.signal]));
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
