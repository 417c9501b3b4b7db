import { median } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import { ListFilter } from "@climb/proto/common/v1/list";
import type { SearchEstimate, SearchSpec } from "@climb/proto/search/v1/search_service";
import { ProxySpec } from "@climb/proto/training/v1/training_service";
import { plannedRuns } from "../core/index.js";
import type { Peers } from "../steps/context.js";
import { planFromSpec } from "./convert.js";

/** Finished runs that are looked at for the rate; the newest are not told from others, so more than a few are taken. */
const MAX_RUNS = 1000;

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
  const runs = plannedRuns(plan);
  const tokens = runs * plan.tokensPerRun;
  const filter = ListFilter.fromPartial({ states: [JobState.JOB_STATE_SUCCEEDED] });
  const { runs: finished } = await peers.training.listRuns({ pageSize: MAX_RUNS, pageToken: "", filter }, { signal });
  const shape = shapeOf(spec.proxy);
  const rates = finished
    .filter((run) => shapeOf(run.spec?.proxy) === shape && run.spec?.trainer === spec.trainer && run.seconds > 0)
    .map((run) => run.seconds / Number(run.spec?.tokens ?? 1n));
  return {
    runs,
    tokens: BigInt(tokens),
    runSeconds: rates.length > 0 ? tokens * median(rates) : undefined,
    measuredRuns: rates.length,
    domains,
  };
}

function shapeOf(proxy: ProxySpec | undefined): string {
  return proxy ? Buffer.from(ProxySpec.encode(proxy).finish()).toString("base64") : "";
}
