import { JobState } from "@climb/proto/common/v1/job";
import {
  Acquisition,
  type Predictor,
  type PredictorTask,
  type Proposal,
  type ProposeRequest,
  ProposeRequest as ProposeRequestMessage,
} from "@climb/proto/predictor/v1/predictor_service";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import type { Run } from "@climb/proto/training/v1/training_service";
import { isFinal } from "@climb/resources";
import {
  baselines,
  exploreSeed,
  type PlannedRun,
  plannedRuns,
  type SearchDomain,
  type SearchRun,
  type Strategy,
  scoredRuns,
  targetTokens,
} from "../core/index.js";
import { constraintsToProto, plannedRunToProto } from "../rpc/convert.js";
import { runSpec } from "../rpc/run-spec.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { partFailed, pause, untilFinished } from "./until-finished.js";

/** How each strategy chooses: its first round, its later ones. */
const ACQUISITIONS: Record<Strategy, { first: Acquisition; later: Acquisition }> = {
  climb: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_CLIMB },
  "climb-paper": { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  regmix: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  random: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER_EXPLORE },
  proportional: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_EXPLORE },
  uniform: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_EXPLORE },
};

/** Chooses the mixtures of a round and queues their runs; the first round trains the baselines too. */
export async function planRound(context: StepContext, round: number): Promise<EventBody> {
  const { state } = context;
  const { plan } = state;
  const domains = state.domains as SearchDomain[];
  const { first, later } = ACQUISITIONS[plan.strategy];
  // With results known before, the first round is as good as a later one.
  const warm = round === 1 && context.spec.knownResults.length > 0 && later !== first;
  const predictorId = warm ? (await fitted(context)).id : (state.predictors.at(-1) ?? "");
  const acquisition = round === 1 && !warm ? first : later;
  const proposals = await propose(context, {
    acquisition,
    predictorId: acquisition === later && later !== Acquisition.ACQUISITION_PAPER_EXPLORE ? predictorId : "",
    count: plan.rounds[round - 1] ?? 0,
    seed: plan.seed + 1000 * round,
  });
  const explore = proposals.map(({ mixture, origin, prediction }) => ({
    role: "explore" as const,
    origin,
    mixture,
    predicted: prediction?.objective,
  }));
  const fixed = baselines(domains, state.minimumDomainTokens).map(({ name, mixture }) => ({
    role: "baseline" as const,
    origin: name,
    mixture,
  }));
  const wanted = round === 1 ? [...fixed, ...explore] : explore;
  const runs = await queueRuns(
    context,
    wanted.map((run) => ({ ...run, seed: exploreSeed(plan) })),
  );
  return { $case: "roundPlanned", value: { round, runs: runs.map(plannedRunToProto) } };
}

/** Asks the predictor for mixtures that obey the search's constraints and are not known yet. */
export async function propose(context: StepContext, request: Partial<ProposeRequest>): Promise<Proposal[]> {
  const { peers, state, making } = context;
  const domains = state.domains as SearchDomain[];
  const { proposals } = await peers.predictor.propose(
    ProposeRequestMessage.fromPartial({
      domains: domains.map(({ id, tokens }) => ({ id, tokens: BigInt(tokens) })),
      tasks: predictorTasks(context),
      proxyTokens: BigInt(state.plan.tokensPerRun),
      constraints: constraintsToProto(
        state.plan,
        domains,
        state.minimumDomainTokens,
        targetTokens(state.plan, domains),
      ),
      known: state.runs.map(({ mixture }) => ({ weights: mixture })),
      ...request,
    }),
    { signal: making.signal, timeoutMs: 600_000 },
  );
  return proposals;
}

function predictorTasks({ state, history }: StepContext): PredictorTask[] {
  const { statistics } = lastEvent(history, "tokensReady");
  return state.targets.map(({ name, weight }, i) => ({ name, weight, statistics: statistics[i] }));
}

/** Queues proxy runs (again, if need be: a run is named by what it is) and gives them their ids. */
export async function queueRuns(context: StepContext, runs: Omit<PlannedRun, "runId">[]): Promise<PlannedRun[]> {
  const planned: PlannedRun[] = [];
  for (const run of runs) planned.push({ ...run, runId: (await queueRun(context, run)).id });
  return planned;
}

async function queueRun(
  { peers, spec, state, history, making }: StepContext,
  run: Omit<PlannedRun, "runId">,
): Promise<Run> {
  const { targets } = lastEvent(history, "created");
  const created = await peers.training.createRun(
    { requestId: "", spec: runSpec(spec, state.tokenSetId ?? "", run.mixture, run.seed), targets },
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
    for (const run of runs) finished.add((await queueRun(context, run)).id);
    const tell = () => {
      const stage = state.confirmationPlanned ? "confirming with fresh seeds" : "training proxies";
      const total = Math.max(state.runs.length, plannedRuns(state.plan));
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
      failure: run.status?.failure?.message ?? "",
    },
  };
}

/** Fits the predictor on every run measured so far. */
export async function fit(context: StepContext, round: number): Promise<EventBody> {
  const { id, fits, warnings } = await fitted(context);
  return { $case: "predictorFitted", value: { round, predictorId: id, fits, warnings } };
}

/** A predictor of every run measured so far and of what was known before. */
async function fitted(context: StepContext): Promise<Predictor> {
  const { peers, state, spec, making } = context;
  const { signal, report } = making;
  const domains = state.domains as SearchDomain[];
  const ids = new Set(domains.map(({ id }) => id));
  for (const { id, mixture } of spec.knownResults) {
    const stranger = Object.keys(mixture).find((name) => !ids.has(name) && (mixture[name] as number) > 0);
    if (stranger === undefined) continue;
    const message = `result ${id} gives weight to "${stranger}"; expected ids of the domain set: ${[...ids].join(", ")}`;
    throw partFailed("known results", { reason: "FIELD_INVALID", message, metadata: {} });
  }
  const known = spec.knownResults.map(({ id, mixture, values }) => ({
    id: `known ${id}`,
    mixture: domains.map((domain) => mixture[domain.id] ?? 0),
    values: state.targets.map(({ name }) => values[name] ?? Number.NaN),
    seed: 0,
    capacity: 0n,
  }));
  const measured = scoredRuns(state.targets, state.runs).map(({ run, tasks }) => ({
    id: run.runId,
    mixture: run.mixture,
    values: state.targets.map(({ name }) => tasks.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN),
    seed: run.seed,
    // All proxies of a search are of one size.
    capacity: 0n,
  }));
  const { predictor } = await peers.predictor.createPredictor(
    {
      requestId: "",
      spec: {
        domains: domains.map(({ id, tokens }) => ({ id, tokens: BigInt(tokens) })),
        tasks: predictorTasks(context),
        rows: [...known, ...measured],
        proxyTokens: BigInt(state.plan.tokensPerRun),
        models: state.plan.strategy === "climb-paper" ? ["paper"] : [],
        noise: [],
        seed: state.plan.seed,
        targetCapacity: 0n,
        repetitionTokens: spec.matchRepetition ? BigInt(Math.round(targetTokens(state.plan, domains))) : 0n,
      },
    },
    { signal },
  );
  const id = predictor?.id ?? "";
  return untilFinished(
    "fitting the predictor",
    peers.predictor.watchPredictor({ id, afterSequence: 0n }, { signal }),
    ({ predictor }) => predictor,
    report,
  );
}
