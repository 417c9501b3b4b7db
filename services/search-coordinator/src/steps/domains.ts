import { readJson } from "@climb/ports";
import { DomainManifest, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type TokensReady, WorkKind } from "@climb/proto/search/v1/search_events";
import { Target } from "@climb/proto/training/v1/target";
import { TokenManifest, TokenSpec } from "@climb/proto/training/v1/training_service";
import { ServiceError } from "@climb/runtime";
import { searchedWeights, targetTokens } from "../core/index.js";
import { constraintsToProto, domainToProto } from "../rpc/convert-constraints.js";
import { runSpec } from "../rpc/run-spec.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { currentLabels } from "./current-labels.js";
import { readHistory } from "./history.js";
import { partFailed, untilFinished } from "./until-finished.js";

/** Reads and embeds the corpus. */
export async function embed({ peers, spec, note, making }: StepContext): Promise<EventBody> {
  const { signal, report } = making;
  if (spec.input?.$case !== "corpus") throw new Error("only a search over a corpus embeds");
  const { source, model } = spec.input.value;
  const { embeddingSet } = await peers.embedding.createEmbeddingSet(
    // Not the search's seed: searches that differ in it alone share the corpus's vectors.
    { requestId: "", spec: { corpus: source, model, seed: 0 } },
    { signal },
  );
  const id = embeddingSet?.id ?? "";
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_EMBEDDING_SET, id } });
  await untilFinished(
    "embedding the corpus",
    peers.embedding.watchEmbeddingSet({ id, afterSequence: 0n }, { signal }),
    ({ embeddingSet }) => embeddingSet,
    report,
  );
  return { $case: "embedded", value: { embeddingSetId: id } };
}

/** Finds the domains, or looks up those that the search was given. */
export async function cluster({ platform, peers, state, spec, note, making }: StepContext): Promise<EventBody> {
  const { signal, report } = making;
  let id = state.domainSetId ?? "";
  if (spec.input?.$case === "corpus") {
    const embeddings = await peers.embedding.getEmbeddingSet({ id: state.embeddingSetId ?? "" }, { signal });
    const { domainSet } = await peers.clustering.createDomainSet(
      {
        requestId: "",
        spec: DomainSpec.fromPartial({
          ...spec.input.value.domains,
          embeddings: embeddings.embeddingSet?.manifest,
          seed: spec.seed,
        }),
      },
      { signal },
    );
    id = domainSet?.id ?? "";
  }
  const found = async () => {
    await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_DOMAIN_SET, id } });
    return untilFinished(
      "finding domains",
      peers.clustering.watchDomainSet({ id, afterSequence: 0n }, { signal }),
      ({ domainSet }) => domainSet,
      report,
    );
  };
  let domainSet = await found();
  if (spec.input?.$case === "corpus" && spec.input.value.tiers > 0) {
    const { tiers, tierScorer: scorer } = spec.input.value;
    const asked = { embeddings: domainSet.spec?.embeddings, tiers: { domainSetId: id, tiers, scorer } };
    const cut = await peers.clustering.createDomainSet(
      { requestId: "", spec: DomainSpec.fromPartial(asked) },
      { signal },
    );
    id = cut.domainSet?.id ?? "";
    domainSet = await found();
  }
  const manifest = domainSet.manifest as Artifact;
  const { domains } = DomainManifest.fromJSON(await readJson(platform.artifacts, manifest));
  if (domains.length < 2) {
    const found = domains.length === 0 ? "no domain" : "one domain";
    const remedy = "give more text, ask for more domains, or prune less";
    throw new ServiceError(
      "invalid",
      "DATA_INSUFFICIENT",
      `the corpus has ${found}, so there is nothing to mix: ${remedy}`,
    );
  }
  const labelled = currentLabels(domains, domainSet.domains);
  const value = { domainSetId: id, manifest, domains: labelled, prunedDocuments: domainSet.prunedDocuments };
  return { $case: "domainsFound", value };
}

/** Tokenises the domains and counts what the training-free features need. */
export async function tokenise(context: StepContext): Promise<EventBody> {
  const { platform, peers, spec, note, history, making } = context;
  const { signal, report } = making;
  const { manifest } = lastEvent(history, "domainsFound");
  const { targets } = lastEvent(history, "created");
  const proxy = await peers.training.validateRun(
    { spec: runSpec(spec, "", [], spec.seed), vocabulary: spec.vocabulary },
    { signal },
  );
  const vocabulary = spec.vocabulary || proxy.vocabulary;
  const tokenizer = await tokenizerFor(context);
  const { tokenSet } = await peers.training.createTokenSet(
    {
      requestId: "",
      spec: TokenSpec.fromPartial({
        domains: manifest,
        // A tokenizer that is given has its own, which may be larger than one that is learnt.
        vocabulary: tokenizer ? 0 : vocabulary,
        ...tokenizer,
        seed: spec.seed,
        decontaminate: spec.decontaminate ? targets.map(contentsOf) : [],
      }),
    },
    { signal },
  );
  const id = tokenSet?.id ?? "";
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_TOKEN_SET, id } });
  const finished = await untilFinished(
    "tokenising the domains",
    peers.training.watchTokenSet({ id, afterSequence: 0n }, { signal }),
    ({ tokenSet }) => tokenSet,
    report,
  );
  const { domains } = TokenManifest.fromJSON(await readJson(platform.artifacts, finished.manifest as Artifact));
  const minimum = proxy.minimumDomainTokens;
  if (domains.every(({ tokens }) => tokens < minimum)) {
    const largest = domains.reduce((most, { tokens }) => (tokens > most ? tokens : most), 0n);
    throw new ServiceError(
      "invalid",
      "INPUT_EMPTY",
      `the corpus is too small for this proxy: its largest domain has ${largest} tokens, a domain needs at least ${minimum}`,
    );
  }

  const created = await peers.training.createTargetStatistics({ requestId: "", tokenSetId: id, targets }, { signal });
  const statisticsId = created.targetStatistics?.id ?? "";
  const { statistics, overlaps } = await untilFinished(
    "counting the targets",
    peers.training.watchTargetStatistics({ id: statisticsId, afterSequence: 0n }, { signal }),
    ({ targetStatistics }) => targetStatistics,
    report,
  );
  const { decontamination } = finished;
  const value = { tokenSetId: id, domains, statistics, minimumDomainTokens: minimum, overlaps, decontamination };
  await checkConstraints(context, value);
  return { $case: "tokensReady", value };
}

/** The tokenizer that is given, or that of the search that this one goes on from; undefined where one is learnt. */
async function tokenizerFor({ platform, peers, spec, making }: StepContext) {
  if (spec.tokenizer?.file) return { tokenizer: spec.tokenizer.file, endOfText: spec.tokenizer.endOfText };
  if (!spec.earlier) return undefined;
  const events = await readHistory(platform, spec.earlier.searchId);
  const { tokenSetId } = lastEvent(events, "tokensReady");
  const { tokenSet } = await peers.training.getTokenSet({ id: tokenSetId }, { signal: making.signal });
  const manifest = await readJson(platform.artifacts, tokenSet?.manifest as Artifact);
  return { tokenizer: TokenManifest.fromJSON(manifest).tokenizer, endOfText: tokenSet?.spec?.endOfText ?? "" };
}

/** What a target contains, without what the search makes of it: other weights are no reason for other tokens. */
function contentsOf({ name, kind, items }: Target): Target {
  return Target.fromPartial({ name, kind, items });
}

/**
 * Refuses constraints that no mixture meets, and bounds and baselines of domains that there are not, before any run.
 * @throws ServiceError invalid CONSTRAINTS_INFEASIBLE with the smallest change that helps, or FIELD_INVALID
 */
async function checkConstraints({ peers, state: { plan }, making }: StepContext, ready: TokensReady): Promise<void> {
  const minimum = Number(ready.minimumDomainTokens);
  const found = ready.domains.map(({ domainId, tokens }) => ({ id: domainId, tokens: Number(tokens), label: "" }));
  const domains = searchedWeights(plan, found);
  const ids = new Set(found.map(({ id }) => id));
  for (const { name, weights } of plan.baselines) {
    const stranger = Object.keys(weights).find((id) => !ids.has(id));
    if (stranger === undefined) continue;
    const message = `baseline ${name} gives weight to "${stranger}"; expected ids of the domain set: ${[...ids].join(", ")}`;
    throw partFailed("baselines", { reason: "FIELD_INVALID", message, metadata: {} });
  }
  const unknown = plan.bounds.find(({ domainId }) => !ids.has(domainId));
  if (unknown) {
    const message = `there is no domain "${unknown.domainId}"; expected ids of the domain set: ${[...ids].join(", ")}`;
    throw partFailed("bounds", { reason: "FIELD_INVALID", message, metadata: {} });
  }
  const constraints = constraintsToProto(plan, domains, minimum, targetTokens(plan, domains));
  await peers.predictor.project(
    { domains: domains.map(domainToProto), constraints, mixtures: [] },
    { signal: making.signal },
  );
}
