import { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Fault } from "@climb/proto/common/v1/job";
import { SearchSpec, type TokenizerSource } from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import { fieldFault } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { follows, limitFaults, planFaults } from "../core/index.js";
import type { Peers, SearchContext } from "../steps/context.js";
import { checkBaseTokenizer, withBase } from "./check-base.js";
import { checkDomains } from "./check-domains.js";
import { checkEarlier } from "./check-earlier.js";
import { checkMerge } from "./check-merge.js";
import { checkParts } from "./check-parts.js";
import { checkReuse } from "./check-reuse.js";
import { checkSizes } from "./check-sizes.js";
import { planFromSpec } from "./convert.js";
import { runSpec } from "./run-spec.js";

/** A specification with its defaults, or the faults that forbid it. */
export interface Checked {
  faults: Fault[];
  /** Defaults filled in; meaningless if there are faults. */
  spec: SearchSpec;
  /** The error that says more than the only fault. */
  error: ServiceError | undefined;
  /** Domains of the domain set that was given; 0 if they are yet to be found. */
  domains: number;
}

/** Checks everything that can be known at submission, here and with the services that will do the work. */
export async function checkSearch(
  { platform, peers }: SearchContext,
  asked: SearchSpec,
  signal: AbortSignal,
): Promise<Checked> {
  const faults: Fault[] = [];
  const fault: Report = (field, found, expected) => faults.push(fieldFault(`spec.${field}`, found, expected));
  const prefixed = (prefix: string, found: Fault[]) => {
    for (const one of found) faults.push({ ...one, field: one.field.replace(/^spec/, prefix) });
  };
  const { spec: given, base } = await withBase(peers, asked, faults, signal);

  const plan = planFromSpec(given);
  if (follows(plan) && given.trainer) {
    const expected = "Climb's own trainer: others do not change the mixture while they train";
    fault("strategy", `${plan.strategy} with trainer ${given.trainer}`, expected);
  }
  const error = await checkInput(peers, given, prefixed, signal);
  checkMerge(asked, fault);
  checkParts(given, plan, fault);
  checkKnownResults(given, fault);
  await checkReuse({ platform, peers }, given, faults, signal);
  const domains = await checkDomains({ platform, peers }, given, plan, faults, signal);
  await checkTargets(peers, given, fault, faults, signal);

  const run = { spec: runSpec(given, "", [], given.seed), vocabulary: given.vocabulary };
  const training = await peers.training.validateRun(run, { signal });
  for (const found of training.faults) {
    // The mixture and the token set come later; only the proxy, its base and its budget are the user's.
    if (/^spec\.(proxy|base)/.test(found.field)) faults.push(found);
    if (found.field === "spec.tokens") faults.push({ ...found, field: "spec.budget.tokens_per_run" });
  }
  const tokenizer = await importTokenizer(peers, given, faults, signal);
  checkBaseTokenizer(base, tokenizer, faults);
  const vocabulary = tokenizer?.vocabulary || given.vocabulary || training.vocabulary;
  const smallerProxies = await checkSizes(peers, given, training, vocabulary, fault, signal);
  const tokensPerRun = training.spec?.tokens ?? given.budget?.tokensPerRun ?? 0n;
  const resolved: SearchSpec = {
    ...given,
    proxy: training.spec?.proxy ?? given.proxy,
    smallerProxies,
    vocabulary,
    tokenizer: tokenizer?.source,
    budget: {
      rounds: plan.rounds,
      tokensPerRun,
      confirmationSeeds: plan.confirmationSeeds,
      confirmedMixtures: plan.confirmedMixtures,
      stopEarly: plan.stopEarly,
      autoRounds: plan.autoRounds,
      maxRuns: plan.maxRuns,
      maxTokens: BigInt(plan.maxTokens),
      maxSeconds: plan.maxSeconds,
      maxBytes: BigInt(plan.maxBytes),
    },
    constraints: {
      maxRepetition: plan.maxRepetition,
      targetTokens: given.constraints?.targetTokens ?? 0n,
      bounds: given.constraints?.bounds ?? [],
      klStrength: plan.klStrength,
      fixedGroups: plan.fixedGroups,
      parts: [],
    },
    matchRepetition: given.matchRepetition ?? plan.targetTokens > 0,
  };
  const full = planFromSpec(resolved);
  for (const { field, found, expected } of [...planFaults(full), ...limitFaults(full)]) {
    // Without a valid proxy there is no default for the tokens of a run: its absence is not the user's fault.
    if (field === "budget.tokens_per_run" && tokensPerRun === 0n && training.faults.length > 0) continue;
    // Tokens are in whole steps by now; a person looks for the number that stands in the file.
    const asWritten = field === "budget.tokens_per_run" && given.budget?.tokensPerRun;
    const wrong = fieldFault(`spec.${field}`, asWritten ? String(asWritten) : found, expected);
    const small = /^budget\.(tokens_per_run|rounds|max_)/.test(field);
    faults.push(small ? { ...wrong, reason: "BUDGET_TOO_SMALL" } : wrong);
  }
  if (faults.length === 0) await checkEarlier({ platform, peers }, resolved, faults, signal);
  return { faults, spec: SearchSpec.fromPartial(resolved), domains, error: faults.length === 1 ? error : undefined };
}

type Report = (field: string, found: string | number, expected: string) => void;
type Prefixed = (prefix: string, found: Fault[]) => void;

async function checkInput(
  peers: Peers,
  { input }: SearchSpec,
  prefixed: Prefixed,
  signal: AbortSignal,
): Promise<ServiceError | undefined> {
  if (input?.$case === "corpus") {
    const { source, model, domains } = input.value;
    if (source?.withoutText) {
      const expected = "false: proxies are trained on text; climb domains find and export do without";
      prefixed("spec", [fieldFault("spec.corpus.source.without_text", "true", expected)]);
    }
    const { faults } = await peers.embedding.validateEmbeddingSet(
      { spec: { corpus: source, model, seed: 0 } },
      { signal },
    );
    for (const found of faults) {
      const field = found.field
        .replace(/^spec\.corpus/, "spec.corpus.source")
        .replace(/^spec\.model/, "spec.corpus.model");
      prefixed("spec", [{ ...found, field }]);
    }
    // The embeddings come later; the options of clustering are the user's.
    const asked = { spec: domains ?? DomainSpec.create() };
    const clustering = await peers.clustering.validateDomainSet(asked, { signal, timeoutMs: 120_000 });
    prefixed(
      "spec.corpus.domains",
      clustering.faults.filter(({ field }) => field !== "spec.embeddings"),
    );
  } else if (input?.$case === "domainSetId") {
    try {
      await peers.clustering.getDomainSet({ id: input.value }, { signal });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind === "unavailable") throw error;
      prefixed("spec", [{ field: "spec.domain_set_id", message: error.message, reason: error.reason }]);
      return error;
    }
  }
  return undefined;
}

/** The user's tokenizer with its stored file, and the size of its vocabulary. */
async function importTokenizer(
  peers: Peers,
  { tokenizer: source, vocabulary: asked }: SearchSpec,
  faults: Fault[],
  signal: AbortSignal,
): Promise<{ source: TokenizerSource; vocabulary: number } | undefined> {
  if (!source) return undefined;
  if (asked > 0) faults.push(fieldFault("spec.vocabulary", asked, "none, because the tokenizer has its own"));
  try {
    const { path, endOfText, allowLossy } = source;
    const imported = await peers.training.importTokenizer({ path, endOfText, allowLossy }, { signal });
    const { tokenizer: file, vocabulary, warnings } = imported;
    return { source: { ...source, file, warnings }, vocabulary };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind === "unavailable") throw error;
    faults.push({ field: "spec.tokenizer", message: error.message, reason: error.reason });
    return undefined;
  }
}

/** What can be known of known results without the domains: every target has a value, every mixture is one. */
function checkKnownResults({ knownResults, targets, input }: SearchSpec, fault: Report) {
  if (knownResults.length > 0 && input?.$case !== "domainSetId") {
    fault("known_results", "results", "a domain set with them: the domains of a corpus have no ids yet");
  }
  knownResults.forEach(({ mixture, values }, i) => {
    const sum = Object.values(mixture).reduce((total, weight) => total + weight, 0);
    if (!(Math.abs(sum - 1) <= 1e-3)) fault(`known_results[${i}].mixture`, `the sum ${sum}`, "weights that sum to 1");
    const missing = targets.filter(({ name }) => !Object.hasOwn(values, name)).map(({ name }) => name);
    if (missing.length > 0) {
      fault(`known_results[${i}].values`, `no value of ${missing.join(", ")}`, "one for each target");
    }
  });
}

async function checkTargets(
  peers: Peers,
  { targets }: SearchSpec,
  fault: Report,
  faults: Fault[],
  signal: AbortSignal,
) {
  if (targets.length > 0 && targets.every(({ role }) => role === TargetRole.TARGET_ROLE_GUARDRAIL)) {
    fault("targets", "guardrails alone", "at least one target that earns something");
  }
  const checked = await peers.training.validateTargets({ sources: targets }, { signal, timeoutMs: 120_000 });
  for (const found of checked.faults) {
    faults.push({ ...found, field: found.field.replace(/^sources/, "spec.targets") });
  }
}
