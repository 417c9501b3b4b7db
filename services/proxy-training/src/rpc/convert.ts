import { Scoring, type Target, TargetKind as TargetKindMessage } from "@climb/proto/training/v1/target";
import { Activation, ProxySpec, Schedule, type TaskResult } from "@climb/proto/training/v1/training_service";
import type { ModelShape } from "../core/model/shape.js";
import type { ProxyModel, ScheduleName } from "../core/presets.js";
import { resolveProxy } from "../core/proxy-spec.js";
import type { Score, TargetKind } from "../core/targets/items.js";

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
  [Schedule.SCHEDULE_CONSTANT]: "constant",
  [Schedule.SCHEDULE_DECAY]: "decay",
};

const SCHEDULE_MESSAGES: Record<ScheduleName, Schedule> = {
  cosine: Schedule.SCHEDULE_COSINE,
  wsd: Schedule.SCHEDULE_WSD,
  constant: Schedule.SCHEDULE_CONSTANT,
  decay: Schedule.SCHEDULE_DECAY,
};

const ACTIVATIONS: Record<Activation, ModelShape["activation"]> = {
  [Activation.ACTIVATION_UNSPECIFIED]: undefined,
  [Activation.ACTIVATION_SQUARED_RELU]: "squared-relu",
  [Activation.ACTIVATION_SWIGLU]: "swiglu",
};

/** What a target is used as; undefined: as its files have it. */
export function kindFromProto(kind: TargetKindMessage): TargetKind | undefined {
  return KINDS[kind];
}

/** The opposite of {@link kindFromProto}. */
export function kindToProto(kind: TargetKind): TargetKindMessage {
  if (kind === "text") return TargetKindMessage.TARGET_KIND_TEXT;
  return kind === "multiple-choice"
    ? TargetKindMessage.TARGET_KIND_MULTIPLE_CHOICE
    : TargetKindMessage.TARGET_KIND_QUESTION_ANSWER;
}

/** What is scored of an item; the whole, unless the answer alone is asked for. */
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

/** A proxy with nothing left to its preset. */
export function proxyToProto(proxy: ProxyModel): ProxySpec {
  return ProxySpec.fromPartial({
    ...proxy,
    schedule: SCHEDULE_MESSAGES[proxy.schedule],
    activation: proxy.activation === "swiglu" ? Activation.ACTIVATION_SWIGLU : Activation.ACTIVATION_SQUARED_RELU,
  });
}

/** The shape of a proxy's model, with the vocabulary of the tokens that it is trained on. */
export function shapeFromProto(spec: ProxySpec | undefined, vocabulary: number): ModelShape {
  return { ...proxyFromProto(spec).proxy, vocabulary };
}
