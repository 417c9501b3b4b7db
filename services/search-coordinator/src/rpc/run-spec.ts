import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import {
  type GroupDro,
  type Merge,
  type ProxySpec,
  RunSpec,
  type TargetAlignment,
} from "@climb/proto/training/v1/training_service";
import { mixturesOfParts } from "../core/index.js";

/** What makes a run another than one that is trained on its mixture. */
export interface RunKind {
  /** Of DoReMi's proxy. */
  groupDro?: GroupDro | undefined;
  /** Of a run that follows the targets' gradients. */
  targetAlignment?: TargetAlignment | undefined;
  /** Of an average of components. */
  merge?: Merge | undefined;
  /** Which of the search's smaller proxies it trains, 1 for the first; 0 or none for the proxy itself. */
  smallerProxy?: number | undefined;
}

/** The proxy run that a search makes for one mixture and seed. */
export function runSpec(
  spec: SearchSpec,
  tokenSetId: string,
  mixture: number[],
  seed: number,
  { groupDro, targetAlignment, merge, smallerProxy }: RunKind = {},
): RunSpec {
  const parts = spec.decayShare > 0 && mixture.length > 0 ? mixturesOfParts(mixture) : undefined;
  return RunSpec.fromPartial({
    tokenSetId,
    mixture: parts?.general ?? mixture,
    decayMixture: parts && { share: spec.decayShare, mixture: parts.decay },
    proxy: proxyOf(spec, smallerProxy),
    tokens: merge ? 0n : (spec.budget?.tokensPerRun ?? 0n),
    seed,
    groupDro,
    targetAlignment,
    merge,
    // What is averaged has begun with the base already.
    base: merge ? undefined : spec.base?.file,
    freshMoments: merge ? false : spec.base?.freshMoments,
    trainer: spec.trainer,
    matchRepetitionTokens: spec.matchRepetition ? (spec.constraints?.targetTokens ?? 0n) : 0n,
  });
}

/** The proxy that a run of a search trains. @param smallerProxy 1 for the first smaller one; 0 or none for the proxy itself */
export function proxyOf(
  { proxy, smallerProxies }: Pick<SearchSpec, "proxy" | "smallerProxies">,
  smallerProxy = 0,
): ProxySpec | undefined {
  return smallerProxy > 0 ? smallerProxies[smallerProxy - 1]?.proxy : proxy;
}
