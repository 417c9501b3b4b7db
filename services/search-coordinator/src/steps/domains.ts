import { DomainManifest, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { WorkKind } from "@climb/proto/search/v1/search_events";
import { TokenManifest, TokenSpec } from "@climb/proto/training/v1/training_service";
import { type ArtifactStore, ServiceError } from "@climb/runtime";
import { runSpec } from "../run-spec.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { untilFinished } from "./until-finished.js";

/** Reads and embeds the corpus. */
export async function embed({ peers, spec, note, signal }: StepContext): Promise<EventBody> {
  if (spec.input?.$case !== "corpus") throw new Error("only a search over a corpus embeds");
  const { source, model } = spec.input.value;
  const { embeddingSet } = await peers.embedding.createEmbeddingSet(
    { requestId: "", spec: { corpus: source, model, seed: spec.seed } },
    { signal },
  );
  const id = embeddingSet?.id ?? "";
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_EMBEDDING_SET, id } });
  await untilFinished(
    "embedding the corpus",
    async function* (afterSequence) {
      for await (const message of peers.embedding.watchEmbeddingSet({ id, afterSequence }, { signal })) {
        if (message.embeddingSet) yield { sequence: message.sequence, resource: message.embeddingSet };
      }
    },
    signal,
  );
  return { $case: "embedded", value: { embeddingSetId: id } };
}

/** Finds the domains, or looks up those that the search was given. */
export async function cluster({ peers, state, spec, artifacts, note, signal }: StepContext): Promise<EventBody> {
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
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_DOMAIN_SET, id } });
  const domainSet = await untilFinished(
    "finding domains",
    async function* (afterSequence) {
      for await (const message of peers.clustering.watchDomainSet({ id, afterSequence }, { signal })) {
        if (message.domainSet) yield { sequence: message.sequence, resource: message.domainSet };
      }
    },
    signal,
  );
  const manifest = domainSet.manifest as Artifact;
  const { domains } = DomainManifest.fromJSON(await readJson(artifacts, manifest));
  const value = { domainSetId: id, manifest, domains, prunedDocuments: domainSet.prunedDocuments };
  return { $case: "domainsFound", value };
}

/** Tokenises the domains and counts what the training-free features need. */
export async function tokenise(context: StepContext): Promise<EventBody> {
  const { peers, spec, artifacts, note, history, signal } = context;
  const { manifest } = lastEvent(history, "domainsFound");
  const { targets } = lastEvent(history, "created");
  const proxy = await peers.training.validateRun({ spec: runSpec(spec, "", [], spec.seed) }, { signal });
  const vocabulary = spec.vocabulary || proxy.vocabulary;
  const { tokenSet } = await peers.training.createTokenSet(
    {
      requestId: "",
      spec: TokenSpec.fromPartial({
        domains: manifest,
        vocabulary,
        tokenizer: spec.tokenizer?.file,
        endOfText: spec.tokenizer?.endOfText,
        seed: spec.seed,
      }),
    },
    { signal },
  );
  const id = tokenSet?.id ?? "";
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_TOKEN_SET, id } });
  const finished = await untilFinished(
    "tokenising the domains",
    async function* (afterSequence) {
      for await (const message of peers.training.watchTokenSet({ id, afterSequence }, { signal })) {
        if (message.tokenSet) yield { sequence: message.sequence, resource: message.tokenSet };
      }
    },
    signal,
  );
  const { domains } = TokenManifest.fromJSON(await readJson(artifacts, finished.manifest as Artifact));
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
  const { statistics } = await untilFinished(
    "counting the targets",
    async function* (afterSequence) {
      const watch = peers.training.watchTargetStatistics({ id: statisticsId, afterSequence }, { signal });
      for await (const message of watch) {
        if (message.targetStatistics) yield { sequence: message.sequence, resource: message.targetStatistics };
      }
    },
    signal,
  );
  return { $case: "tokensReady", value: { tokenSetId: id, domains, statistics, minimumDomainTokens: minimum } };
}

/** A whole JSON artifact. */
export async function readJson(artifacts: ArtifactStore, artifact: Artifact): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(artifact.uri)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
