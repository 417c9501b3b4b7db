import { JobState } from "@climb/proto/common/v1/job";
import {
  type PlannedRun as PlannedRunMessage,
  RoundsEndReason as RoundsEndReasonMessage,
  type SearchEvent as SearchEventMessage,
} from "@climb/proto/search/v1/search_events";
import {
  Combination,
  Priority as PriorityMessage,
  RunRole as RunRoleMessage,
  type SearchSpec,
  Strategy as StrategyMessage,
} from "@climb/proto/search/v1/search_service";
import { type Target, TargetRole } from "@climb/proto/training/v1/target";
import {
  DEFAULT_MAX_REPETITION,
  DEFAULT_ROUNDS,
  explores,
  type Plan,
  type PlannedRun,
  type Priority,
  type RoundsEndReason,
  type RunRole,
  type SearchEvent,
  type SearchTarget,
  type Strategy,
} from "../core/index.js";

const STRATEGIES: Record<StrategyMessage, Strategy> = {
  [StrategyMessage.STRATEGY_UNSPECIFIED]: "climb",
  [StrategyMessage.STRATEGY_CLIMB]: "climb",
  [StrategyMessage.STRATEGY_CLIMB_PAPER]: "climb-paper",
  [StrategyMessage.STRATEGY_REGMIX]: "regmix",
  [StrategyMessage.STRATEGY_DOREMI]: "doremi",
  [StrategyMessage.STRATEGY_RANDOM]: "random",
  [StrategyMessage.STRATEGY_PROPORTIONAL]: "proportional",
  [StrategyMessage.STRATEGY_UNIFORM]: "uniform",
  [StrategyMessage.STRATEGY_ZERO_RUN]: "zero-run",
  [StrategyMessage.STRATEGY_UNIMAX]: "unimax",
  [StrategyMessage.STRATEGY_MERGE]: "merge",
  [StrategyMessage.STRATEGY_GRADIENT]: "gradient",
};

/** The core's name of a strategy. */
export function strategyFromProto(strategy: StrategyMessage): Strategy {
  return STRATEGIES[strategy];
}

/** The plan that a specification asks for, defaults filled in. */
export function planFromSpec(spec: SearchSpec): Plan {
  const strategy = strategyFromProto(spec.strategy);
  const { budget, constraints } = spec;
  const { rounds = [], autoRounds = false, maxRuns = 0, maxTokens = 0n, maxSeconds = 0, maxBytes = 0n } = budget ?? {};
  const isLimited = maxRuns > 0 || maxTokens > 0n || maxSeconds > 0 || maxBytes > 0n;
  // What merging costs follows from the domains, whatever the budget.
  const openEnded = explores({ strategy }) && strategy !== "merge" && rounds.length === 0 && (autoRounds || isLimited);
  return {
    strategy,
    rounds: openEnded ? [] : rounds.length > 0 && explores({ strategy }) ? rounds : DEFAULT_ROUNDS[strategy],
    openEnded,
    autoRounds,
    maxRuns,
    maxTokens: Number(maxTokens),
    maxSeconds,
    maxBytes: Number(maxBytes),
    tokensPerRun: Number(budget?.tokensPerRun ?? 0n),
    confirmationSeeds: budget?.confirmationSeeds || 3,
    confirmedMixtures: budget?.confirmedMixtures || 2,
    seed: spec.seed,
    maxRepetition: constraints?.maxRepetition || DEFAULT_MAX_REPETITION,
    targetTokens: Number(constraints?.targetTokens ?? 0n),
    bounds: (constraints?.bounds ?? []).map(({ domainId, lower, upper }) => ({ domainId, lower, upper: upper ?? 1 })),
    klStrength: constraints?.klStrength ?? 0,
    fixedGroups: constraints?.fixedGroups ?? [],
    baselines: spec.baselines.map(({ name, mixture }) => ({ name, weights: mixture })),
    combination: spec.combination === Combination.COMBINATION_WORST_CASE ? "worst-case" : "weighted-mean",
    stopEarly: (budget?.stopEarly ?? false) && strategy === "climb",
    reuseSearchId: spec.reuseSearchId,
    earlier: spec.earlier && { searchId: spec.earlier.searchId, freeRatios: spec.earlier.freeRatios },
    ...(spec.decayShare > 0 && { decayShare: spec.decayShare }),
    ...(spec.smallerProxies.length > 0 && {
      smallerCosts: spec.smallerProxies.map(({ relativeCost }) => relativeCost),
    }),
  };
}

/** The core's name of a priority. */
export function priorityFromProto(priority: PriorityMessage = PriorityMessage.PRIORITY_UNSPECIFIED): Priority {
  if (priority === PriorityMessage.PRIORITY_LOW) return "low";
  return priority === PriorityMessage.PRIORITY_HIGH ? "high" : "normal";
}

/** A target as the decisions see it. */
export function targetFromProto({ name, weight, role, maxRegression }: Target): SearchTarget {
  const guards = role === TargetRole.TARGET_ROLE_GUARDRAIL;
  return { name, weight: guards ? 0 : weight, role: guards ? "guardrail" : "objective", maxRegression };
}

const ROLES: Record<RunRole, RunRoleMessage> = {
  explore: RunRoleMessage.RUN_ROLE_EXPLORE,
  baseline: RunRoleMessage.RUN_ROLE_BASELINE,
  confirm: RunRoleMessage.RUN_ROLE_CONFIRM,
  replicate: RunRoleMessage.RUN_ROLE_REPLICATE,
  component: RunRoleMessage.RUN_ROLE_COMPONENT,
  smaller: RunRoleMessage.RUN_ROLE_SMALLER,
};

/** The contract's value of a role. */
export function roleToProto(role: RunRole): RunRoleMessage {
  return ROLES[role];
}

/** The name that runs.jsonl uses. */
export function roleFromProto(role: RunRoleMessage): RunRole {
  if (role === RunRoleMessage.RUN_ROLE_BASELINE) return "baseline";
  if (role === RunRoleMessage.RUN_ROLE_REPLICATE) return "replicate";
  if (role === RunRoleMessage.RUN_ROLE_COMPONENT) return "component";
  if (role === RunRoleMessage.RUN_ROLE_SMALLER) return "smaller";
  return role === RunRoleMessage.RUN_ROLE_CONFIRM ? "confirm" : "explore";
}

const REASONS: Partial<Record<RoundsEndReasonMessage, RoundsEndReason>> = {
  [RoundsEndReasonMessage.ROUNDS_END_REASON_BUDGET_SPENT]: "budget",
  [RoundsEndReasonMessage.ROUNDS_END_REASON_LEARNT]: "learnt",
  [RoundsEndReasonMessage.ROUNDS_END_REASON_ENOUGH_RUNS]: "enough-runs",
};

/** The contract's value of why no further round is made. */
export function roundsEndReasonToProto(reason: RoundsEndReason): RoundsEndReasonMessage {
  const found = Object.entries(REASONS).find(([, name]) => name === reason);
  return found ? Number(found[0]) : RoundsEndReasonMessage.ROUNDS_END_REASON_UNSPECIFIED;
}

/** A planned run as the log has it. */
export function plannedRunToProto(run: PlannedRun): PlannedRunMessage {
  return { ...run, role: roleToProto(run.role), predicted: run.predicted, smallerProxy: run.smallerProxy ?? 0 };
}

function plannedRunFromProto(run: PlannedRunMessage): PlannedRun {
  return { ...run, role: roleFromProto(run.role), predicted: run.predicted };
}

/** What the core must know of an event of the log. @throws Error for an event of a later version. */
export function eventFromProto(message: SearchEventMessage): SearchEvent {
  const { event } = message;
  switch (event?.$case) {
    case "created": {
      const { searchId, spec, targets } = event.value;
      if (!spec) throw new Error("a search was created without a specification");
      return {
        type: "created",
        searchId,
        plan: planFromSpec(spec),
        targets: targets.map(targetFromProto),
        domainSetId: spec.input?.$case === "domainSetId" ? spec.input.value : undefined,
      };
    }
    case "started":
      return { type: "started" };
    case "workStarted":
      return { type: "workStarted" };
    case "embedded":
      return { type: "embedded", embeddingSetId: event.value.embeddingSetId };
    case "domainsFound":
      return {
        type: "domainsFound",
        domainSetId: event.value.domainSetId,
        labels: event.value.domains.map(({ id, label, parentId, tier }) => ({
          id,
          label,
          ...(tier > 0 && { parent: parentId, tier }),
        })),
      };
    case "tokensReady":
      return {
        type: "tokensReady",
        tokenSetId: event.value.tokenSetId,
        tokens: event.value.domains.map(({ domainId, tokens }) => ({ id: domainId, tokens: Number(tokens) })),
        minimumDomainTokens: Number(event.value.minimumDomainTokens),
      };
    case "earlierCounted": {
      const { rows, trialRunId, keptRatios, keptAtZero } = event.value;
      return { type: "earlierCounted", evidence: { rows, trialRunId, keptRatios, keptAtZero } };
    }
    case "roundPlanned":
      return { type: "roundPlanned", round: event.value.round, runs: event.value.runs.map(plannedRunFromProto) };
    case "runRecorded": {
      const { runId, state, tasks, seconds, tokens, bytes, parameters, groupWeights, failure } = event.value;
      const outcome =
        state === JobState.JOB_STATE_SUCCEEDED
          ? "succeeded"
          : state === JobState.JOB_STATE_FAILED
            ? "failed"
            : "cancelled";
      const scores = tasks.map(({ target, bitsPerByte }) => ({ target, bitsPerByte }));
      return {
        type: "runRecorded",
        runId,
        state: outcome,
        tasks: scores,
        seconds,
        tokens: Number(tokens),
        bytes: Number(bytes),
        parameters: Number(parameters),
        groupWeights,
        failure,
      };
    }
    case "predictorFitted":
      return { type: "predictorFitted", ...event.value };
    case "roundsEnded": {
      const { reason, expectedImprovement, noiseFloor } = event.value;
      return { type: "roundsEnded", reason: REASONS[reason] ?? "noise", expectedImprovement, noiseFloor };
    }
    case "confirmationPlanned":
      return { type: "confirmationPlanned", runs: event.value.runs.map(plannedRunFromProto) };
    case "resultDecided":
      return { type: "resultDecided" };
    case "completed":
      return { type: "completed" };
    case "failed":
      return { type: "failed", message: event.value.failure?.message ?? "" };
    case "cancelled":
      return { type: "cancelled" };
    default:
      throw new Error("the log holds an event that this version does not know");
  }
}
