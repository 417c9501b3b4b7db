import type { SearchEstimate, SearchSpec } from "@climb/proto/search/v1/search_service";
import { plannedRuns, runCost } from "../core/index.js";
import type { Peers } from "../steps/context.js";
import { runRate } from "../steps/rates.js";
import { planFromSpec } from "./convert.js";

/**
 * What a checked search would do and cost: seconds by the runs of the same proxy and trainer that have finished here.
 * @param spec with its defaults filled in
 */
export async function estimateOf(
  peers: Peers,
  spec: SearchSpec,
  domains: number,
  signal: AbortSignal,
): Promise<SearchEstimate> {
  const plan = planFromSpec(spec);
  const rate = await runRate(peers, spec, signal);
  const each = runCost(plan, rate);
  const runs = plannedRuns(plan, domains, each) ?? 0;
  return {
    runs,
    tokens: BigInt(runs * plan.tokensPerRun),
    runSeconds: each.seconds && runs > 0 ? runs * each.seconds : undefined,
    measuredRuns: rate.runs,
    domains,
  };
}
