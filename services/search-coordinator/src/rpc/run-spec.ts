import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { type GroupDro, RunSpec } from "@climb/proto/training/v1/training_service";

/** The proxy run that a search makes for one mixture and seed. @param groupDro of DoReMi's proxy */
export function runSpec(
  spec: SearchSpec,
  tokenSetId: string,
  mixture: number[],
  seed: number,
  groupDro?: GroupDro,
): RunSpec {
  return RunSpec.fromPartial({
    tokenSetId,
    mixture,
    proxy: spec.proxy,
    tokens: spec.budget?.tokensPerRun ?? 0n,
    seed,
    groupDro,
    base: spec.base?.file,
    freshMoments: spec.base?.freshMoments,
    trainer: spec.trainer,
    matchRepetitionTokens: spec.matchRepetition ? (spec.constraints?.targetTokens ?? 0n) : 0n,
  });
}
