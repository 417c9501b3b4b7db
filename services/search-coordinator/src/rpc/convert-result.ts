import { ConstraintKind } from "@climb/proto/predictor/v1/predictor_service";
import {
  CheckOutcome as CheckOutcomeMessage,
  type Comparison as ComparisonMessage,
  type HealthCheck as HealthCheckMessage,
  type SizeTransfer as SizeTransferMessage,
  type Verdict as VerdictMessage,
} from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import type { Decontamination } from "@climb/proto/training/v1/training_service";
import type { Baseline, CheckOutcome, Comparison, HealthCheck, SizeTransfer, Verdict } from "../core/index.js";

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

/** How a smaller proxy orders mixtures. */
export function transferToProto({ smallerParameters, parameters, ...transfer }: SizeTransfer): SizeTransferMessage {
  return { ...transfer, smallerParameters: BigInt(smallerParameters), parameters: BigInt(parameters) };
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

/** What was left out because it contains a target, as files have it; undefined where nothing was to be. */
export interface LeftOut {
  documents: number;
  tokens: number;
  /** By domain id. */
  domains: Record<string, { documents: number; tokens: number }>;
  /** Documents by target, then by domain id; one that contains several targets counts for each. */
  targets: Record<string, { documents: number; domains: Record<string, number> }>;
}

/** See {@link LeftOut}. */
export function leftOutOf(given: Decontamination | undefined): LeftOut | undefined {
  if (!given) return undefined;
  const { leftOut, targets } = given;
  const total = (of: "documents" | "tokens") => leftOut.reduce((sum, domain) => sum + Number(domain[of]), 0);
  return {
    documents: total("documents"),
    tokens: total("tokens"),
    domains: Object.fromEntries(
      leftOut.map(({ domainId, documents, tokens }) => [
        domainId,
        { documents: Number(documents), tokens: Number(tokens) },
      ]),
    ),
    targets: Object.fromEntries(
      targets.map(({ target, documents, byDomain }) => [
        target,
        {
          documents: Number(documents),
          domains: Object.fromEntries(leftOut.map(({ domainId }, j) => [domainId, Number(byDomain[j])])),
        },
      ]),
    ),
  };
}
