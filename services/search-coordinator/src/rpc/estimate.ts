import type { SearchEstimate, SearchSpec } from "@climb/proto/search/v1/search_service";
import { plannedRuns } from "../core/index.js";
import type { Peers } from "../steps/context.js";
import { trainingRate } from "../steps/rates.js";
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
  const { secondsPerToken, runs: measuredRuns } = await trainingRate(peers, spec, signal);
  const perRun = secondsPerToken && secondsPerToken * plan.tokensPerRun;
  const runs = plannedRuns(plan, domains, perRun) ?? 0;
  return {
    runs,
    tokens: BigInt(runs * plan.tokensPerRun),
    runSeconds: perRun && runs > 0 ? runs * perRun : undefined,
    measuredRuns,
    domains,
  };
}
