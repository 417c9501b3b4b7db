import type { MixtureConstraints } from "@climb/proto/common/v1/mixture";
import {
  type PredictorTask,
  type ProposeRequest,
  ProposeRequest as ProposeRequestMessage,
  type ProposeResponse,
} from "@climb/proto/predictor/v1/predictor_service";
import { referenceBaseline, type SearchDomain, type SearchState, standingRows, targetTokens } from "../core/index.js";
import { constraintsToProto, domainToProto } from "../rpc/convert-constraints.js";
import { baselinesOf } from "./baselines.js";
import { lastEvent, type StepContext } from "./context.js";

/** Asks the predictor for mixtures that obey the search's constraints and guardrails and are not known yet. */
export async function propose(context: StepContext, request: Partial<ProposeRequest>): Promise<ProposeResponse> {
  const { peers, state, making } = context;
  const domains = state.domains as SearchDomain[];
  return peers.predictor.propose(
    ProposeRequestMessage.fromPartial({
      domains: domains.map(domainToProto),
      tasks: predictorTasks(context),
      proxyTokens: BigInt(state.plan.tokensPerRun),
      ...(await obeyed(context)),
      known: [...state.runs, ...standingRows(state)].map(({ mixture }) => ({ weights: mixture })),
      ...request,
    }),
    { signal: making.signal, timeoutMs: 600_000 },
  );
}

/** What proposed mixtures obey: the constraints, and what is kept of an earlier answer. */
export function searchConstraints({
  plan,
  domains = [],
  minimumDomainTokens,
  evidence,
}: SearchState): MixtureConstraints {
  const constraints = constraintsToProto(plan, domains, minimumDomainTokens, targetTokens(plan, domains));
  const atZero = (evidence?.keptAtZero ?? []).map((domainId) => ({ domainId, lower: 0, upper: 0 }));
  return {
    ...constraints,
    bounds: [...constraints.bounds, ...atZero],
    fixedGroups: [...constraints.fixedGroups, ...(evidence?.keptRatios ?? [])],
  };
}

/** What mixtures obey, as the predictor takes it. */
export async function obeyed(
  context: StepContext,
): Promise<Pick<ProposeRequest, "constraints" | "guardrails" | "guardrailReference">> {
  const { state } = context;
  const guardrails = state.targets
    .filter(({ role }) => role === "guardrail")
    .map(({ name, maxRegression }) => ({ task: name, maxRegression }));
  return {
    constraints: searchConstraints(state),
    guardrails,
    guardrailReference:
      guardrails.length > 0 ? { weights: referenceBaseline(await baselinesOf(context)).mixture } : undefined,
  };
}

/** The targets as the predictor takes them. */
export function predictorTasks({ state, history }: StepContext): PredictorTask[] {
  const { statistics } = lastEvent(history, "tokensReady");
  return state.targets.map(({ name, weight }, i) => ({ name, weight, statistics: statistics[i] }));
}
