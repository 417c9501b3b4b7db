import { Acquisition, type DomainEffect, type TaskFit } from "@climb/proto/predictor/v1/predictor_service";
import type { DomainWeight, SearchResult } from "@climb/proto/search/v1/search_service";
import {
  baselines,
  type Comparison,
  type Confirmed,
  confirmationCandidates,
  confirmationSeeds,
  decide,
  groupConfirmed,
  isFeasible,
  type PlannedRun,
  repetitions,
  type SearchDomain,
  scoredRuns,
  upperWeights,
} from "../core/index.js";
import { plannedRunToProto } from "../rpc/convert.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { propose, queueRuns } from "./rounds.js";

/** Chooses the mixtures that get fresh seeds, and queues them and the baselines with the same seeds. */
export async function planConfirmation(context: StepContext): Promise<EventBody> {
  const { state } = context;
  const { plan } = state;
  const domains = state.domains as SearchDomain[];
  const explored = plan.rounds.length > 0;
  const feasible = scoredRuns(state.targets, state.runs).filter(
    ({ run }) => run.role === "explore" && isFeasible(run.mixture, plan, domains, state.minimumDomainTokens),
  );
  const predicted = explored && plan.strategy !== "random" ? await predictedOptima(context) : [];
  const candidates = explored ? confirmationCandidates(feasible, predicted, plan.confirmedMixtures) : [];
  const wanted = [
    ...candidates.map((candidate) => ({ role: "confirm" as const, ...candidate })),
    ...baselines(domains, state.minimumDomainTokens).map(({ name, mixture }) => ({
      role: "confirm" as const,
      origin: name,
      mixture,
      predicted: undefined,
    })),
  ];
  // Seed by seed, so that the first fresh results compare all mixtures.
  const runs: Omit<PlannedRun, "runId">[] = confirmationSeeds(plan).flatMap((seed) =>
    wanted.map((run) => ({ ...run, seed })),
  );
  return { $case: "confirmationPlanned", value: { runs: (await queueRuns(context, runs)).map(plannedRunToProto) } };
}

async function predictedOptima(context: StepContext) {
  const { plan, predictors } = context.state;
  const proposals = await propose(context, {
    acquisition: Acquisition.ACQUISITION_BEST,
    predictorId: predictors.at(-1) ?? "",
    count: plan.confirmedMixtures,
    seed: plan.seed,
    // A mixture that was measured once may still be the predicted optimum.
    known: [],
  });
  return proposals.map(({ mixture, origin, prediction }) => ({
    origin: `predicted (${origin})`,
    mixture,
    predicted: prediction?.objective,
  }));
}

/** Decides the answer from the confirmation runs. */
export async function decideResult(context: StepContext): Promise<EventBody> {
  const { state, history } = context;
  const { plan } = state;
  const domains = state.domains as SearchDomain[];
  const names = new Set(baselines(domains, state.minimumDomainTokens).map(({ name }) => name as string));
  const confirmed = groupConfirmed(
    state.targets,
    scoredRuns(
      state.targets,
      state.runs.filter((run) => run.role === "confirm"),
    ),
  );
  const isBaseline = ({ origin }: Confirmed) => names.has(origin);
  // A strategy that is one of the baselines has that one for its only candidate.
  const candidates = confirmed.filter((group) =>
    plan.rounds.length > 0 ? !isBaseline(group) : group.origin === plan.strategy,
  );
  const allowed = (mixture: number[]) =>
    plan.rounds.length > 0 && isFeasible(mixture, plan, domains, state.minimumDomainTokens);
  const decision = decide(state.targets, candidates, confirmed.filter(isBaseline), allowed);
  const { effects, fits } = await explain(context, decision.mixture);
  const succeeded = state.runs.filter((run) => run.outcome?.state === "succeeded");
  const value: SearchResult = {
    domains: domainWeights(context, decision.mixture),
    objective: decision.objective,
    tasks: decision.tasks,
    origin: decision.origin,
    baselines: decision.baselines.map(comparisonToProto),
    runnersUp: decision.runnersUp.map(comparisonToProto),
    effects,
    fits,
    noise: decision.noise.standardDeviation,
    files: {},
    datasetId: "",
    runSeconds: succeeded.reduce((total, run) => total + (run.outcome?.seconds ?? 0), 0),
    runTokens: BigInt(succeeded.reduce((total, run) => total + (run.outcome?.tokens ?? 0), 0)),
    warnings: [...lastWarnings(history), ...decision.warnings, ...cappedDomains(context)],
  };
  return { $case: "resultDecided", value: { result: value } };
}

function comparisonToProto({ name, ...comparison }: Comparison) {
  return { name, ...comparison };
}

function lastWarnings(history: StepContext["history"]): string[] {
  const fitted = history.some(({ event }) => event?.$case === "predictorFitted");
  return fitted ? lastEvent(history, "predictorFitted").warnings : [];
}

/** Domains that no mixture could use, because they are too small for one window of the proxy. */
function cappedDomains({ state }: StepContext): string[] {
  const domains = state.domains as SearchDomain[];
  const upper = upperWeights(state.plan, domains, state.minimumDomainTokens);
  const small = domains.filter((domain, j) => upper[j] === 0 && domain.tokens < state.minimumDomainTokens);
  if (small.length === 0) return [];
  const names = small.map(({ id, tokens }) => `${id} (${tokens} tokens)`).join(", ");
  return [`Too small to train on, weight 0: ${names}; a domain needs ${state.minimumDomainTokens} tokens.`];
}

function domainWeights({ state }: StepContext, mixture: number[]): DomainWeight[] {
  const domains = state.domains as SearchDomain[];
  const repeated = repetitions(mixture, state.plan, domains);
  return domains.map(({ id, label, tokens }, j) => ({
    id,
    label,
    tokens: BigInt(tokens),
    weight: mixture[j] as number,
    repetition: repeated[j] as number,
  }));
}

async function explain(context: StepContext, mixture: number[]): Promise<{ effects: DomainEffect[]; fits: TaskFit[] }> {
  const predictorId = context.state.predictors.at(-1);
  if (!predictorId) return { effects: [], fits: [] };
  return context.peers.predictor.explain(
    { predictorId, mixture: { weights: mixture } },
    { signal: context.making.signal, timeoutMs: 120_000 },
  );
}
