import { ConstraintKind } from "@climb/proto/predictor/v1/predictor_service";
import {
  CheckOutcome as CheckOutcomeMessage,
  type Comparison as ComparisonMessage,
  type HealthCheck as HealthCheckMessage,
  type Verdict as VerdictMessage,
} from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import type { Baseline, CheckOutcome, Comparison, HealthCheck, Verdict } from "../core/index.js";

/** A confirmed mixture beside the answer. @param fixed all baselines; a mixture that is none obeys what it was made for */
export function comparisonToProto(comparison: Comparison, fixed: readonly Baseline[]): ComparisonMessage {
  const baseline = fixed.find(({ name }) => name === comparison.name);
  return { ...comparison, also: baseline?.also ?? [], obeysConstraints: baseline?.feasible ?? true };
}

/** What the answer is worth. */
export function verdictToProto({ targets, ...verdict }: Verdict): VerdictMessage {
  return {
    ...verdict,
    targets: targets.map(({ role, ...target }) => ({
      ...target,
      role: role === "guardrail" ? TargetRole.TARGET_ROLE_GUARDRAIL : TargetRole.TARGET_ROLE_OBJECTIVE,
    })),
  };
}

const OUTCOMES: Record<CheckOutcome, CheckOutcomeMessage> = {
  pass: CheckOutcomeMessage.CHECK_OUTCOME_PASS,
  warn: CheckOutcomeMessage.CHECK_OUTCOME_WARN,
  fail: CheckOutcomeMessage.CHECK_OUTCOME_FAIL,
};

/** A health check. */
export function checkToProto({ outcome, ...check }: HealthCheck): HealthCheckMessage {
  return { ...check, outcome: OUTCOMES[outcome] };
}

/** How a check ended, in a word. */
export function outcomeFromProto(outcome: CheckOutcomeMessage): CheckOutcome {
  if (outcome === CheckOutcomeMessage.CHECK_OUTCOME_FAIL) return "fail";
  return outcome === CheckOutcomeMessage.CHECK_OUTCOME_WARN ? "warn" : "pass";
}

const KINDS: Partial<Record<ConstraintKind, string>> = {
  [ConstraintKind.CONSTRAINT_KIND_REPETITION]: "repetition limit",
  [ConstraintKind.CONSTRAINT_KIND_UPPER_BOUND]: "upper bound",
  [ConstraintKind.CONSTRAINT_KIND_LOWER_BOUND]: "lower bound",
  [ConstraintKind.CONSTRAINT_KIND_GUARDRAIL]: "guardrail",
};

/** What kind of constraint one is, in words. */
export function bindingKind(kind: ConstraintKind): string {
  return KINDS[kind] ?? "constraint";
}
