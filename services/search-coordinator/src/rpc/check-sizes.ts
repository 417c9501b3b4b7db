import { type SearchSpec, SmallerProxy, Strategy } from "@climb/proto/search/v1/search_service";
import type { ValidateRunResponse } from "@climb/proto/training/v1/training_service";
import type { Peers } from "../steps/context.js";
import { runSpec } from "./run-spec.js";

type Report = (field: string, found: string | number, expected: string) => void;

/**
 * The smaller proxies of a search with their defaults and what they cost; reports what does not go with them.
 * @param own what the training service says of the proxy itself
 */
export async function checkSizes(
  peers: Peers,
  spec: SearchSpec,
  own: ValidateRunResponse,
  vocabulary: number,
  fault: Report,
  signal: AbortSignal,
): Promise<SmallerProxy[]> {
  if (spec.smallerProxies.length === 0) return [];
  checkCompany(spec, fault);
  const checked: SmallerProxy[] = [];
  for (const [i, { proxy }] of spec.smallerProxies.entries()) {
    const field = `smaller_proxies[${i}]`;
    const asked = runSpec(spec, "", [], spec.seed, { smallerProxy: i + 1 });
    const {
      spec: run,
      flopsPerToken,
      faults,
    } = await peers.training.validateRun({ spec: asked, vocabulary }, { signal });
    for (const found of faults)
      fault(found.field.replace(/^spec/, field), found.message, "a proxy that can be trained");
    // How one compares with a proxy that is none cannot be told.
    if (!(own.flopsPerToken > 0 && flopsPerToken > 0)) continue;
    const relativeCost = flopsPerToken / own.flopsPerToken;
    if (relativeCost >= 1) {
      const found = `${Math.round(flopsPerToken)} operations for each token`;
      fault(`${field}.proxy`, found, `fewer than the ${Math.round(own.flopsPerToken)} of the proxy itself`);
    }
    const [context = 0, longest = 0] = [run?.proxy?.context, own.spec?.proxy?.context];
    if (context > longest) fault(`${field}.proxy.context`, context, `at most the proxy's own, ${longest}`);
    checked.push(SmallerProxy.fromPartial({ proxy: run?.proxy ?? proxy, relativeCost }));
  }
  return checked;
}

function checkCompany({ strategy, base, budget, reuseSearchId }: SearchSpec, fault: Report): void {
  const isOurs = strategy === Strategy.STRATEGY_CLIMB || strategy === Strategy.STRATEGY_UNSPECIFIED;
  if (!isOurs) fault("smaller_proxies", "another strategy", "strategy climb, which alone divides its runs among sizes");
  if (base) fault("smaller_proxies", "a base", "no base, which is of one size");
  if (reuseSearchId)
    fault("smaller_proxies", `reuse_search_id ${reuseSearchId}`, "no search whose first round is used again");
  const { autoRounds, maxRuns, maxTokens, maxSeconds, maxBytes } = budget ?? {};
  if (autoRounds || maxRuns || maxTokens || maxSeconds || maxBytes)
    fault(
      "smaller_proxies",
      "limits of the budget",
      "budget.rounds or none, each mixture of which buys runs of all sizes",
    );
}
