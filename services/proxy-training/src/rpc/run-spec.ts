import { toMillionths } from "@climb/numeric";
import type { Fault } from "@climb/proto/common/v1/job";
import type { RunSpec } from "@climb/proto/training/v1/training_service";
import type { ProxyModel } from "../core/presets.js";
import { fault, proxyFromProto, proxyToProto } from "./convert.js";

/** A run's specification with every default filled in, and its faults. The mixture may be left out while planning. */
export function resolveRun(spec: RunSpec): {
  spec: RunSpec;
  proxy: ProxyModel;
  faults: Fault[];
  minimumDomainTokens: number;
} {
  const { proxy, faults: proxyFaults } = proxyFromProto(spec.proxy);
  const faults: Fault[] = proxyFaults.map(({ field, message }) => fault(`spec.proxy.${field}`, message));
  const asked = Number(spec.tokens) || proxy.tokens;
  const stepTokens = proxy.batch * proxy.context;
  if (asked < stepTokens)
    faults.push(fault("spec.tokens", `found ${asked}, expected at least one batch of ${stepTokens}`));
  if (!isTrainerName(spec.trainer))
    faults.push(fault("spec.trainer", `found "${spec.trainer}", expected ${TRAINER_NAMES}`));
  const matching = Number(spec.matchRepetitionTokens);
  const share = matching > asked ? asked / matching : 1;
  let mixture = spec.mixture;
  if (mixture.length > 0) {
    const sum = mixture.reduce((total, weight) => total + weight, 0);
    const bad = mixture.findIndex((weight) => !(weight >= 0));
    if (bad >= 0) faults.push(fault(`spec.mixture[${bad}]`, `found ${mixture[bad]}, expected a weight of at least 0`));
    else if (!(Math.abs(sum - 1) <= 1e-3)) faults.push(fault("spec.mixture", `the weights sum to ${sum}, expected 1`));
    else mixture = Array.from(toMillionths(mixture), (millionths) => millionths / 1e6);
  }
  return {
    spec: { ...spec, mixture, proxy: proxyToProto(proxy), tokens: BigInt(Math.ceil(asked / stepTokens) * stepTokens) },
    proxy,
    faults,
    minimumDomainTokens: minimumTokens(proxy.context, share),
  };
}

/** What a trainer outside Climb may be called. */
export const TRAINER_NAMES = "at most 64 of a-z, 0-9, - and _";

/** Whether a trainer may be called so; Climb's own has the empty name. */
export function isTrainerName(trainer: string): boolean {
  return /^[a-z0-9_-]{0,64}$/.test(trainer);
}

/** Fewest tokens of a domain that leave one window after sub-sampling to `share` of its windows. */
function minimumTokens(context: number, share: number): number {
  return Math.ceil(1 / share) * context + 1;
}
