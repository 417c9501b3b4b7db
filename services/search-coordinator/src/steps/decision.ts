import type { Domain } from "@climb/proto/clustering/v1/clustering_service";
import { ConstraintKind } from "@climb/proto/predictor/v1/predictor_service";
import type { DomainWeight, EarlierEvidence, SearchResult } from "@climb/proto/search/v1/search_service";
import {
  type Baseline,
  type Decision,
  decide,
  exploreSeed,
  explores,
  freeWeights,
  groupConfirmed,
  type HealthCheck,
  healthChecks,
  isFeasible,
  isMerged,
  klPenalty,
  mergedPairs,
  overallMixture,
  referenceBaseline,
  repetitions,
  type SearchDomain,
  scoredRuns,
  seeks,
  standingRows,
  trialOfEvidence,
  upperWeights,
  verdictOf,
  wholeDomains,
  whyRoundsEnded,
} from "../core/index.js";
import { triedEvidence } from "../rpc/convert-evidence.js";
import { checkToProto, comparisonToProto, leftOutOf, transferToProto, verdictToProto } from "../rpc/convert-result.js";
import { baselinesOf } from "./baselines.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { currentLabels } from "./current-labels.js";
import { type Insight, insightInto } from "./insight.js";
import { transfersOf } from "./sizes.js";

/** Decides the answer from the runs with fresh seeds, and says what it is worth. */
export async function decideResult(context: StepContext): Promise<EventBody> {
  const { state, history } = context;
  const fixed = await baselinesOf(context);
  const decision = decided(context, fixed);
  const reference = referenceBaseline(fixed).name;
  const insight = await insightInto(context, decision);
  const checks = healthOf(context, decision, reference, insight);
  const failed = checks.filter(({ outcome }) => outcome === "fail").map(({ sentence }) => sentence);
  // A run may be in the log twice, as a replicate and as its mixture's confirmation.
  const made = new Map(
    state.runs.flatMap((run) => (run.outcome?.state === "succeeded" ? [[run.runId, run.outcome]] : [])),
  );
  const total = (of: "seconds" | "tokens") => [...made.values()].reduce((sum, outcome) => sum + outcome[of], 0);
  const value: SearchResult = {
    domains: currentLabels(domainWeights(context, decision.mixture), await domainsNow(context)),
    objective: decision.objective,
    tasks: decision.tasks,
    origin: decision.origin,
    baselines: decision.baselines.map((comparison) => comparisonToProto(comparison, fixed)),
    runnersUp: decision.runnersUp.map((comparison) => comparisonToProto(comparison, fixed)),
    effects: insight.effects,
    fits: insight.fits,
    noise: decision.noise.standardDeviation,
    files: {},
    datasetId: "",
    decayDatasetId: "",
    runSeconds: total("seconds"),
    runTokens: BigInt(total("tokens")),
    warnings: [
      ...new Set([
        ...(context.spec.tokenizer?.warnings ?? []),
        ...lastWarnings(history),
        ...decision.warnings,
        ...cappedDomains(context),
        ...failed,
      ]),
    ],
    verdict: verdictToProto(verdictOf(state.targets, decision, reference)),
    checks: checks.map(checkToProto),
    binding: insight.binding,
    unconstrained: insight.unconstrained,
    weightRanges: insight.ranges,
    front: insight.front,
    taskNoise: decision.taskNoise.map(({ standardDeviation }) => standardDeviation),
    penalty: decision.penalty,
    overlaps: lastEvent(history, "tokensReady").overlaps,
    decontamination: lastEvent(history, "tokensReady").decontamination,
    earlier: evidenceOf(context),
    transfer: transfersOf(state).map(transferToProto),
    skippedExpectedImprovement: state.roundsEnd?.reason === "noise" ? state.roundsEnd.expectedImprovement : undefined,
    roundsEnded: state.roundsEnd ? whyRoundsEnded(state.roundsEnd, state.rounds) : "",
  };
  return { $case: "resultDecided", value: { result: value } };
}

function decided({ state }: StepContext, fixed: readonly Baseline[]): Decision {
  const { plan, targets } = state;
  const domains = state.domains as SearchDomain[];
  const names = new Set(fixed.map(({ name }) => name));
  const isAsked = (origin: string) =>
    origin === plan.strategy || fixed.some(({ name, also }) => name === origin && also.includes(plan.strategy));
  const fresh = state.runs.filter(({ role }) => role === "confirm" || role === "replicate");
  const confirmed = groupConfirmed(targets, scoredRuns(targets, fresh));
  // A strategy that is one of the baselines has that one for its only candidate.
  const sought = seeks(plan);
  return decide({
    targets,
    candidates: confirmed.filter(({ origin }) => (sought ? !names.has(origin) : isAsked(origin))),
    baselines: confirmed.filter(({ origin }) => names.has(origin)),
    reference: referenceBaseline(fixed).name,
    allowed: (mixture) => sought && isFeasible(mixture, plan, domains, state.minimumDomainTokens),
    penalty: (mixture) => klPenalty(mixture, plan, domains),
    combination: plan.combination,
    guarded: sought,
  });
}

function healthOf(context: StepContext, decision: Decision, reference: string, insight: Insight): HealthCheck[] {
  const { state, history } = context;
  const { plan, targets, runs } = state;
  const shared = runs.filter(({ role, seed }) => !["confirm", "smaller"].includes(role) && seed === exploreSeed(plan));
  return healthChecks({
    targets,
    decision,
    reference,
    fits: insight.fits,
    explored: explores(plan) ? scoredRuns(targets, shared) : [],
    freeWeights: freeWeights(state.domains as SearchDomain[]),
    merged: mergedPairs(
      scoredRuns(
        targets,
        runs.filter((run) => isMerged(plan, run)),
      ).map(({ run, objective }) => ({ mixture: run.mixture, objective })),
      confirmedMeans(decision),
    ),
    transfers: transfersOf(state),
    // One of them was trained again here.
    earlierRuns: Math.max(0, standingRows(state).length - 1),
    domains: overallWeights(context, decision.mixture),
    capped: insight.binding
      .filter(({ kind }) => kind === ConstraintKind.CONSTRAINT_KIND_REPETITION)
      .map(({ domainId }) => domainId),
    maxRepetition: plan.maxRepetition,
    tokensPerRun: Number(context.spec.base?.tokens ?? 0n) + plan.tokensPerRun,
    parameters: Math.max(0, ...runs.map(({ outcome }) => outcome?.parameters ?? 0)),
    overlaps: lastEvent(history, "tokensReady").overlaps.map(({ target, ngrams, found, domains }) => ({
      target,
      ngrams: Number(ngrams),
      found: Number(found),
      domains: domains.map((domain) => ({ domainId: domain.domainId, found: Number(domain.found) })),
    })),
    leftOut: leftOutOf(lastEvent(history, "tokensReady").decontamination),
  });
}

/** Every confirmed mixture once, with its mean objective. */
function confirmedMeans({ baselines, runnersUp, mixture, objective }: Decision) {
  const others = [...baselines, ...runnersUp].filter(({ isAnswer }) => !isAnswer);
  return [{ mixture, objective }, ...others].map((one) => ({ mixture: one.mixture, objective: one.objective.mean }));
}

/** What came of an earlier search over other domains; undefined where none was named. */
function evidenceOf({ state, history }: StepContext): EarlierEvidence | undefined {
  if (!state.evidence) return undefined;
  const { evidence } = lastEvent(history, "earlierCounted");
  return evidence && triedEvidence(evidence, trialOfEvidence(state));
}

function lastWarnings(history: StepContext["history"]): string[] {
  const fitted = history.some(({ event }) => event?.$case === "predictorFitted");
  return fitted ? lastEvent(history, "predictorFitted").warnings : [];
}

/** Domains that no mixture could use, because they are too small for one window of the proxy. */
function cappedDomains({ state }: StepContext): string[] {
  const domains = state.domains as SearchDomain[];
  const upper = upperWeights(state.plan, domains, state.minimumDomainTokens);
  const small = wholeDomains(domains).filter(
    (domain, j) => upper[j] === 0 && domain.tokens < state.minimumDomainTokens,
  );
  if (small.length === 0) return [];
  const names = small.map(({ id, tokens }) => `${id} (${tokens} tokens)`).join(", ");
  return [`Too small to train on, weight 0: ${names}; a domain needs ${state.minimumDomainTokens} tokens.`];
}

/** The domains as their set has them now: somebody may have renamed one since they were found. */
async function domainsNow({ peers, state, making }: StepContext): Promise<Pick<Domain, "id" | "label">[]> {
  const request = { id: state.domainSetId ?? "", readMask: ["domains"] };
  return (await peers.clustering.getDomainSet(request, { signal: making.signal })).domainSet?.domains ?? [];
}

/** Each domain's weight in the whole run. */
function overallWeights({ state }: StepContext, mixture: number[]) {
  const domains = state.domains as SearchDomain[];
  const repeated = repetitions(mixture, state.plan, domains);
  const overall = overallMixture(mixture, domains);
  return wholeDomains(domains).map(({ id }, j) => ({
    id,
    weight: overall[j] as number,
    repetition: repeated[j] as number,
  }));
}

function domainWeights({ state }: StepContext, mixture: number[]): DomainWeight[] {
  const domains = state.domains as SearchDomain[];
  const repeated = repetitions(mixture, state.plan, domains);
  return domains.map(({ id, label, tokens, decayOf = "" }, j) => ({
    id,
    label,
    decayOf,
    tokens: BigInt(tokens),
    weight: mixture[j] as number,
    repetition: repeated[j] as number,
  }));
}
