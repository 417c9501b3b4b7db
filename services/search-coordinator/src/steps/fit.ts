import type { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import {
  exploreSeed,
  measuredNoise,
  type SearchDomain,
  scoredRuns,
  standingRows,
  targetTokens,
  trainedRuns,
} from "../core/index.js";
import { domainToProto } from "../rpc/convert-constraints.js";
import type { EventBody, StepContext } from "./context.js";
import { predictorTasks } from "./propose.js";
import { partFailed, untilFinished } from "./until-finished.js";

/** Fits the predictor on every run measured so far. */
export async function fit(context: StepContext, round: number): Promise<EventBody> {
  const { id, fits, warnings } = await fitted(context);
  return { $case: "predictorFitted", value: { round, predictorId: id, fits, warnings } };
}

/** A predictor of every run measured so far and of what was known before. */
export async function fitted(context: StepContext): Promise<Predictor> {
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
  // Told only where there are several sizes, so that fits of one are what they were.
  const capacity = BigInt(state.plan.smallerCosts ? ownParameters(state) : 0);
  const known = spec.knownResults.map(({ id, mixture, values }) => ({
    id: `known ${id}`,
    mixture: domains.map((domain) => mixture[domain.id] ?? 0),
    values: state.targets.map(({ name }) => values[name] ?? Number.NaN),
    seed: 0,
    capacity,
  }));
  const earlier = standingRows(state).map(({ runId, mixture, values }) => ({
    id: `earlier ${runId}`,
    mixture,
    values: state.targets.map(({ name }) => values[name] ?? Number.NaN),
    seed: exploreSeed(state.plan),
    capacity,
  }));
  // One seed for all rows, so that its share of the noise is the same in each; the other seeds tell the noise.
  const shared = state.runs.filter(({ seed }) => seed === exploreSeed(state.plan));
  const noise = measuredNoise(state.targets, trainedRuns(state.plan, state.runs)).tasks.map(
    ({ standardDeviation }) => standardDeviation,
  );
  const measured = scoredRuns(state.targets, shared).map(({ run, tasks }) => ({
    id: run.runId,
    mixture: run.mixture,
    values: state.targets.map(({ name }) => tasks.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN),
    seed: run.seed,
    capacity: run.smallerProxy ? BigInt(run.outcome?.parameters ?? 0) : capacity,
  }));
  const { predictor } = await peers.predictor.createPredictor(
    {
      requestId: "",
      spec: {
        domains: domains.map(domainToProto),
        tasks: predictorTasks(context),
        rows: [...known, ...earlier, ...measured],
        proxyTokens: BigInt(state.plan.tokensPerRun),
        models: state.plan.strategy === "climb-paper" ? ["paper"] : [],
        noise: noise.every(Number.isFinite) ? noise : [],
        seed: state.plan.seed,
        targetCapacity: capacity,
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

/** Parameters of the proxy that the answer is for. */
function ownParameters({ runs }: StepContext["state"]): number {
  return Math.max(0, ...runs.map(({ smallerProxy, outcome }) => (smallerProxy ? 0 : (outcome?.parameters ?? 0))));
}
