import { toMillionths } from "@climb/numeric";
import type { Fault } from "@climb/proto/common/v1/job";
import type { RunSpec } from "@climb/proto/training/v1/training_service";
import { fieldFault } from "@climb/resources";
import { ALIGNMENT, DOREMI, type GroupFollowing } from "../core/groups/group-weights.js";
import type { ProxyModel } from "../core/presets.js";
import { proxyFromProto, proxyToProto } from "./convert.js";

/** A run's specification with every default filled in, and its faults. The mixture may be left out while planning. */
export function resolveRun(spec: RunSpec): {
  spec: RunSpec;
  proxy: ProxyModel;
  faults: Fault[];
  minimumDomainTokens: number;
} {
  const { proxy, faults: proxyFaults } = proxyFromProto(spec.proxy);
  const faults: Fault[] = proxyFaults.map(({ field, found, expected }) =>
    fieldFault(`spec.proxy.${field}`, found, expected),
  );
  const asked = Number(spec.tokens) || proxy.tokens;
  const stepTokens = proxy.batch * proxy.context;
  if (!spec.merge && asked < stepTokens)
    faults.push(fieldFault("spec.tokens", asked, `at least one batch of ${stepTokens}`));
  const matching = Number(spec.matchRepetitionTokens);
  const share = matching > asked ? asked / matching : 1;
  const mixture = inMillionths(spec.mixture, "spec.mixture", faults);
  const decay = decayOf(spec, faults);
  const foreign = (field: string) =>
    faults.push(fieldFault(field, `trainer ${spec.trainer}`, 'Climb\'s own trainer, which is ""'));
  if (spec.groupDro && spec.trainer) foreign("spec.group_dro");
  if (spec.targetAlignment && spec.trainer) foreign("spec.target_alignment");
  if (spec.keepState && spec.trainer) foreign("spec.keep_state");
  if (decay && spec.trainer) foreign("spec.decay_mixture");
  faults.push(...alignmentFaults(spec));
  if (spec.merge) faults.push(...mergeFaults({ ...spec, mixture }));
  const { groupDro, targetAlignment } = spec;
  return {
    spec: {
      ...spec,
      // Without a base all moments are fresh: the same run has the same name.
      freshMoments: spec.freshMoments && spec.base !== undefined,
      groupDro: groupDro && withDefaults(groupDro, DOREMI),
      targetAlignment: targetAlignment && withDefaults(targetAlignment, ALIGNMENT),
      mixture,
      decayMixture: decay,
      proxy: proxyToProto(proxy),
      tokens: spec.merge ? 0n : BigInt(Math.ceil(asked / stepTokens) * stepTokens),
    },
    proxy,
    faults,
    minimumDomainTokens: minimumTokens(proxy.context, share),
  };
}

/** Weights as a run has them; reports those that sum to something else than 1. */
function inMillionths(weights: number[], field: string, faults: Fault[]): number[] {
  // A negative weight breaks a rule of the contract; what else is wrong with the run is told beside it.
  if (weights.length === 0 || !weights.every((weight) => weight >= 0)) return weights;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum - 1) <= 1e-3) return Array.from(toMillionths(weights), (millionths) => millionths / 1e6);
  faults.push(fieldFault(field, `the sum ${sum}`, "weights that sum to 1"));
  return weights;
}

/** The mixture of the last steps as a run has it. */
function decayOf({ decayMixture, mixture, groupDro, targetAlignment, merge }: RunSpec, faults: Fault[]) {
  if (!decayMixture) return undefined;
  const others = { group_dro: groupDro, target_alignment: targetAlignment, merge };
  const other = Object.entries(others).find(([, value]) => value);
  if (other) faults.push(fieldFault("spec.decay_mixture", `${other[0]} with it`, "one of the two"));
  const field = "spec.decay_mixture.mixture";
  if (decayMixture.mixture.length !== mixture.length) {
    const expected = `${mixture.length}, as many as spec.mixture has`;
    faults.push(fieldFault(field, `${decayMixture.mixture.length} weights`, expected));
  }
  return { ...decayMixture, mixture: inMillionths(decayMixture.mixture, field, faults) };
}

/** What weights follow with the step size and the smoothing that it has, or those by default. */
function withDefaults<T extends GroupFollowing>(given: T, { stepSize, smoothing }: GroupFollowing): T {
  return { ...given, stepSize: given.stepSize || stepSize, smoothing: given.smoothing || smoothing };
}

function alignmentFaults({ targetAlignment, groupDro }: RunSpec): Fault[] {
  if (!targetAlignment) return [];
  const faults: Fault[] = [];
  const { targets } = targetAlignment;
  if (groupDro) faults.push(fieldFault("spec.target_alignment", "group_dro with it", "one of the two"));
  if (targets.length > 0 && !targets.some(({ weight }) => weight > 0)) {
    const expected = "a weight above 0 of at least one target";
    faults.push(fieldFault("spec.target_alignment.targets", "weights of 0 alone", expected));
  }
  return faults;
}

function mergeFaults({ merge, mixture, trainer, base, groupDro, targetAlignment, keepState }: RunSpec): Fault[] {
  const faults: Fault[] = [];
  const others = { trainer, base, group_dro: groupDro, target_alignment: targetAlignment, keep_state: keepState };
  const other = Object.entries(others).find(([, value]) => value);
  if (other) faults.push(fieldFault("spec.merge", `${other[0]} with it`, "none, because nothing is trained"));
  const [found, expected] = [merge?.components.length ?? 0, mixture.filter((weight) => weight > 0).length];
  if (mixture.length > 0 && found !== expected)
    faults.push(fieldFault("spec.merge.components", found, `${expected}, one for each domain with weight`));
  return faults;
}

/** Fewest tokens of a domain that leave one window after sub-sampling to `share` of its windows. */
function minimumTokens(context: number, share: number): number {
  return Math.ceil(1 / share) * context + 1;
}
