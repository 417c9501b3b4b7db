import { toMillionths } from "@climb/numeric";
import type { Fault } from "@climb/proto/common/v1/job";
import { Scoring, type Target, TargetKind as TargetKindMessage } from "@climb/proto/training/v1/target";
import {
  Activation,
  ProxySpec,
  type RunSpec,
  Schedule,
  type TaskResult,
} from "@climb/proto/training/v1/training_service";
import type { ModelShape } from "./core/model/shape.js";
import type { ProxyModel, ScheduleName } from "./core/presets.js";
import { resolveProxy } from "./core/proxy-spec.js";
import type { Score, TargetKind } from "./core/targets/items.js";

const KINDS: Record<TargetKindMessage, TargetKind | undefined> = {
  [TargetKindMessage.TARGET_KIND_UNSPECIFIED]: undefined,
  [TargetKindMessage.TARGET_KIND_TEXT]: "text",
  [TargetKindMessage.TARGET_KIND_MULTIPLE_CHOICE]: "multiple-choice",
  [TargetKindMessage.TARGET_KIND_QUESTION_ANSWER]: "question-answer",
};

const SCHEDULES: Record<Schedule, ScheduleName | undefined> = {
  [Schedule.SCHEDULE_UNSPECIFIED]: undefined,
  [Schedule.SCHEDULE_COSINE]: "cosine",
  [Schedule.SCHEDULE_WSD]: "wsd",
};

const ACTIVATIONS: Record<Activation, ModelShape["activation"]> = {
  [Activation.ACTIVATION_UNSPECIFIED]: undefined,
  [Activation.ACTIVATION_SQUARED_RELU]: "squared-relu",
  [Activation.ACTIVATION_SWIGLU]: "swiglu",
};

export function kindFromProto(kind: TargetKindMessage): TargetKind | undefined {
  return KINDS[kind];
}

export function kindToProto(kind: TargetKind): TargetKindMessage {
  if (kind === "text") return TargetKindMessage.TARGET_KIND_TEXT;
  return kind === "multiple-choice"
    ? TargetKindMessage.TARGET_KIND_MULTIPLE_CHOICE
    : TargetKindMessage.TARGET_KIND_QUESTION_ANSWER;
}

export function scoreFromProto(scoring: Scoring): Score {
  return scoring === Scoring.SCORING_ANSWER ? "answer" : "full";
}

/** What a target is evaluated by: the same content scored the same way is the same task. */
export function targetDigest(target: Target): string {
  return `${target.items?.sha256 ?? ""}:${scoreFromProto(target.scoring)}:${target.name}`;
}

/** The same of a result. */
export function taskDigest(task: TaskResult): string {
  return `${task.targetSha256}:${scoreFromProto(task.scoring)}:${task.target}`;
}

/** A proxy with its preset's values filled in, and what is wrong with it. */
export function proxyFromProto(spec: ProxySpec | undefined) {
  const { schedule, activation, ...rest } = ProxySpec.fromPartial(spec ?? {});
  return resolveProxy({ ...rest, schedule: SCHEDULES[schedule], activation: ACTIVATIONS[activation] });
}

export function proxyToProto(proxy: ProxyModel): ProxySpec {
  return ProxySpec.fromPartial({
    ...proxy,
    schedule: proxy.schedule === "wsd" ? Schedule.SCHEDULE_WSD : Schedule.SCHEDULE_COSINE,
    activation: proxy.activation === "swiglu" ? Activation.ACTIVATION_SWIGLU : Activation.ACTIVATION_SQUARED_RELU,
  });
}

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

export function fault(field: string, message: string, reason = "FIELD_INVALID"): Fault {
  return { field, message: `${field}: ${message}`, reason };
}
