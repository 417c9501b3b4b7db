import type { Fault } from "@climb/proto/common/v1/job";
import { SearchSpec, Strategy, type TokenizerSource } from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import { ServiceError } from "@climb/runtime";
import { planFaults } from "../core/index.js";
import type { Peers, SearchContext } from "../steps/context.js";
import { checkDomains } from "./check-domains.js";
import { checkReuse } from "./check-reuse.js";
import { planFromSpec, strategyFromProto } from "./convert.js";
import { runSpec } from "./run-spec.js";

/** A specification with its defaults, or the faults that forbid it. */
export interface Checked {
  faults: Fault[];
  /** Defaults filled in; meaningless if there are faults. */
  spec: SearchSpec;
  /** Domains of the domain set that was given; 0 if they are yet to be found. */
  domains: number;
}

/** Checks everything that can be known at submission, here and with the services that will do the work. */
export async function checkSearch(
  { platform, peers }: SearchContext,
  given: SearchSpec,
  signal: AbortSignal,
): Promise<Checked> {
  const faults: Fault[] = [];
  const fault = (field: string, message: string, reason = "FIELD_INVALID") =>
    faults.push({ field: `spec.${field}`, message, reason });
  const prefixed = (prefix: string, found: Fault[]) => {
    for (const { field, message, reason } of found)
      faults.push({ field: field.replace(/^spec/, prefix), message, reason });
  };

  if (strategyFromProto(given.strategy) === undefined)
    fault(
      "strategy",
      `this version has no ${Strategy[given.strategy]?.replace("STRATEGY_", "").toLowerCase() ?? "such"} strategy; expected climb, climb-paper, regmix, random, proportional or uniform`,
      "NOT_OFFERED",
    );
  await checkInput(peers, given, fault, prefixed, signal);
  checkKnownResults(given, fault);
  const plan = planFromSpec(given);
  await checkReuse({ platform }, given, fault);
  const domains = await checkDomains({ platform, peers }, given, plan, fault, signal);
  await checkTargets(peers, given, fault, faults, signal);

  const training = await peers.training.validateRun({ spec: runSpec(given, "", [], given.seed) }, { signal });
  for (const { field, message, reason } of training.faults) {
    // The mixture and the token set come later; only the proxy, its budget and its trainer are the user's.
    if (field.startsWith("spec.proxy")) prefixed("spec", [{ field, message, reason }]);
    if (field === "spec.trainer") prefixed("spec", [{ field, message, reason }]);
    if (field === "spec.tokens") fault("budget.tokensPerRun", message, reason);
  }
  const tokenizer = await importTokenizer(peers, given, fault, signal);
  const tokensPerRun = training.spec?.tokens ?? given.budget?.tokensPerRun ?? 0n;
  const resolved: SearchSpec = {
    ...given,
    proxy: training.spec?.proxy ?? given.proxy,
    vocabulary: tokenizer?.vocabulary || given.vocabulary || training.vocabulary,
    tokenizer: tokenizer?.source,
    budget: {
      rounds: plan.rounds,
      tokensPerRun,
      confirmationSeeds: plan.confirmationSeeds,
      confirmedMixtures: plan.confirmedMixtures,
      stopEarly: plan.stopEarly,
    },
    constraints: {
      maxRepetition: plan.maxRepetition,
      targetTokens: given.constraints?.targetTokens ?? 0n,
      bounds: given.constraints?.bounds ?? [],
      klStrength: plan.klStrength,
      fixedGroups: plan.fixedGroups,
    },
    matchRepetition: given.matchRepetition ?? plan.targetTokens > 0,
  };
  for (const { field, message } of planFaults(planFromSpec(resolved))) {
    // Without a valid proxy there is no default for the tokens of a run: its absence is not the user's fault.
    if (field === "budget.tokensPerRun" && tokensPerRun === 0n && training.faults.length > 0) continue;
    const small = field === "budget.tokensPerRun" || field.startsWith("budget.rounds");
    fault(field, message, small ? "BUDGET_TOO_SMALL" : "FIELD_INVALID");
  }
  return { faults, spec: SearchSpec.fromPartial(resolved), domains };
}

type Report = (field: string, message: string, reason?: string) => void;
type Prefixed = (prefix: string, found: Fault[]) => void;

async function checkInput(
  peers: Peers,
  { input, seed }: SearchSpec,
  fault: Report,
  prefixed: Prefixed,
  signal: AbortSignal,
) {
  if (input?.$case === "corpus") {
    const { source, model, domains } = input.value;
    const { faults } = await peers.embedding.validateEmbeddingSet(
      { spec: { corpus: source, model, seed } },
      { signal },
    );
    for (const found of faults) {
      const field = found.field
        .replace(/^spec\.corpus/, "spec.corpus.source")
        .replace(/^spec\.model/, "spec.corpus.model");
      prefixed("spec", [{ ...found, field }]);
    }
    // The embeddings come later; the options of clustering are the user's.
    const clustering = await peers.clustering.validateDomainSet({ spec: domains }, { signal, timeoutMs: 120_000 });
    prefixed(
      "spec.corpus.domains",
      clustering.faults.filter(({ field }) => field !== "spec.embeddings"),
    );
  } else if (input?.$case === "domainSetId") {
    try {
      await peers.clustering.getDomainSet({ id: input.value }, { signal });
    } catch (error) {
      fault("domainSetId", (error as Error).message, "RESOURCE_UNKNOWN");
    }
  } else {
    fault("corpus", "neither a corpus nor a domain set is given; expected one of them");
  }
}

/** The user's tokenizer with its stored file, and the size of its vocabulary. */
async function importTokenizer(
  peers: Peers,
  { tokenizer: source, vocabulary: asked }: SearchSpec,
  fault: Report,
  signal: AbortSignal,
): Promise<{ source: TokenizerSource; vocabulary: number } | undefined> {
  if (!source) return undefined;
  if (asked > 0) fault("vocabulary", "the tokenizer that is given has its own, expected none");
  try {
    const { tokenizer: file, vocabulary } = await peers.training.importTokenizer(source, { signal });
    return { source: { ...source, file }, vocabulary };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind !== "invalid") throw error;
    fault("tokenizer", error.message, error.reason);
    return undefined;
  }
}

/** What can be known of known results without the domains: every target has a value, every mixture is one. */
function checkKnownResults({ knownResults, targets, input }: SearchSpec, fault: Report) {
  if (knownResults.length > 0 && input?.$case !== "domainSetId") {
    fault("knownResults", "they need a domain set: the domains of a corpus have no ids yet");
  }
  knownResults.forEach(({ mixture, values }, i) => {
    const weights = Object.values(mixture);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!weights.every((weight) => weight >= 0) || !(Math.abs(sum - 1) <= 1e-3)) {
      fault(`knownResults[${i}].mixture`, `the weights sum to ${sum}, expected weights of at least 0 that sum to 1`);
    }
    const missing = targets.filter(({ name }) => !Number.isFinite(values[name])).map(({ name }) => name);
    if (missing.length > 0) fault(`knownResults[${i}].values`, `there is no value of target ${missing.join(", ")}`);
  });
}

async function checkTargets(
  peers: Peers,
  { targets }: SearchSpec,
  fault: Report,
  faults: Fault[],
  signal: AbortSignal,
) {
  if (targets.length === 0) {
    fault("targets", "there is no target; expected at least one");
    return;
  }
  if (targets.every(({ role }) => role === TargetRole.TARGET_ROLE_GUARDRAIL))
    fault("targets", "all are guardrails, which earn nothing; expected at least one that does");
  const checked = await peers.training.validateTargets({ sources: targets }, { signal, timeoutMs: 120_000 });
  for (const { field, message, reason } of checked.faults) {
    faults.push({ field: field.replace(/^sources/, "spec.targets"), message, reason });
  }
}
