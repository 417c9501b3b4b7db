import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { type GroupDro, type Merge, RunSpec, type TargetAlignment } from "@climb/proto/training/v1/training_service";

/** What makes a run another than one that is trained on its mixture. */
export interface RunKind {
  /** Of DoReMi's proxy. */
  groupDro?: GroupDro | undefined;
  /** Of a run that follows the targets' gradients. */
  targetAlignment?: TargetAlignment | undefined;
  /** Of an average of components. */
  merge?: Merge | undefined;
}

/** The proxy run that a search makes for one mixture and seed. */
export function runSpec(
  spec: SearchSpec,
  tokenSetId: string,
  mixture: number[],
  seed: number,
  { groupDro, targetAlignment, merge }: RunKind = {},
): RunSpec {
  return RunSpec.fromPartial({
    tokenSetId,
    mixture,
    proxy: spec.proxy,
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
