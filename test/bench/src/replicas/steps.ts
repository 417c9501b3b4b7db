import { uploadFile } from "@climb/cli/upload";
import { ClusteringServiceDefinition, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { EmbeddingServiceDefinition, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { DatasetSpec, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { TargetSource } from "@climb/proto/training/v1/target";
import { TokenSpec, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient, type ServiceDefinition } from "@climb/runtime";
import type { ServiceName, ServiceProcesses } from "@climb/testkit";

/** The heavy steps, each with the stages of a resource's progress that it has. */
export const STEPS = {
  read: ["reading", "reading again"],
  fit: ["counting terms"],
  vectors: ["embedding"],
  survey: ["quality and terms"],
  tokens: ["tokenising", "joining the domains"],
  statistics: ["counting"],
  duplicates: ["near-duplicates"],
  dataset: ["measuring documents", "dealing documents", "writing documents"],
} satisfies Record<string, string[]>;
export type Step = keyof typeof STEPS;

/** What the steps of one run came to. */
export interface StepTimes {
  seconds: Record<Step, number>;
  /** SHA-256 of what each resource ended with. */
  digests: string[];
}

/** Runs the heavy steps one after another, each by the calls that a user makes. */
export async function runSteps(services: ServiceProcesses, corpus: string, target: string): Promise<StepTimes> {
  const seconds = Object.fromEntries(Object.keys(STEPS).map((step) => [step, 0])) as Record<Step, number>;
  const clients: { close(): void }[] = [];
  const connect = <D extends ServiceDefinition>(definition: D, service: ServiceName): Client<D> => {
    const client = createClient(definition, services.addressOf(service));
    clients.push(client);
    return client;
  };
  const embedding = connect(EmbeddingServiceDefinition, "embedding");
  const clustering = connect(ClusteringServiceDefinition, "clustering");
  const training = connect(TrainingServiceDefinition, "proxy-training");
  const search = connect(SearchServiceDefinition, "search-coordinator");
  const store = connect(StoreServiceDefinition, "search-coordinator");
  const watched = (id = "") => ({ id, afterSequence: 0n });
  const last = <M, R extends { status?: JobStatus | undefined }>(
    messages: AsyncIterable<M>,
    of: (m: M) => R | undefined,
  ) => lastOf(seconds, messages, of);
  try {
    const { embeddingSet } = await embedding.createEmbeddingSet({
      requestId: "",
      spec: EmbeddingSpec.fromPartial({ corpus: { paths: [corpus] }, seed: 1 }),
    });
    const embedded = await last(embedding.watchEmbeddingSet(watched(embeddingSet?.id)), (m) => m.embeddingSet);
    const { domainSet } = await clustering.createDomainSet({
      requestId: "",
      spec: DomainSpec.fromPartial({ embeddings: embedded.manifest, clusters: 64, seed: 1 }),
    });
    const domains = await last(clustering.watchDomainSet(watched(domainSet?.id)), (m) => m.domainSet);
    const { report } = await clustering.createDuplicateReport({
      requestId: "",
      spec: { domainSetId: domains.id, thresholds: [] },
    });
    const duplicates = await last(clustering.watchDuplicateReport(watched(report?.id)), (m) => m.report);
    const { tokenSet } = await training.createTokenSet({
      requestId: "",
      spec: TokenSpec.fromPartial({ domains: domains.manifest, vocabulary: 8192, seed: 1 }),
    });
    const tokens = await last(training.watchTokenSet(watched(tokenSet?.id)), (m) => m.tokenSet);
    const { targets } = await training.importTargets({
      sources: [TargetSource.fromPartial({ name: "target", paths: [await uploadFile(store, target)] })],
    });
    const { targetStatistics } = await training.createTargetStatistics({
      requestId: "",
      tokenSetId: tokens.id,
      targets,
    });
    const statistics = await last(
      training.watchTargetStatistics(watched(targetStatistics?.id)),
      (m) => m.targetStatistics,
    );
    const { dataset } = await search.createDataset({
      requestId: "",
      spec: DatasetSpec.fromPartial({ domainSetId: domains.id, options: { byDomain: true }, seed: 1 }),
    });
    const written = await last(search.watchDataset(watched(dataset?.id)), (m) => m.dataset);
    const files = Object.values(written.files).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    const artifacts: (Artifact | undefined)[] = [
      embedded.manifest,
      domains.manifest,
      ...duplicates.similarities,
      tokens.manifest,
      ...statistics.statistics,
      ...files,
    ];
    return { seconds, digests: artifacts.map((artifact) => artifact?.sha256 ?? "") };
  } finally {
    for (const client of clients) client.close();
  }
}

/** Watches a resource to its end, and adds the time that each of its stages took to the step that it is. */
async function lastOf<M, R extends { status?: JobStatus | undefined }>(
  seconds: Record<Step, number>,
  messages: AsyncIterable<M>,
  of: (message: M) => R | undefined,
): Promise<R> {
  let resource: R | undefined;
  let stage = "";
  let sinceMs = performance.now();
  const enter = (next: string) => {
    const step = (Object.keys(STEPS) as Step[]).find((name) => (STEPS[name] as string[]).includes(stage));
    if (step) seconds[step] += (performance.now() - sinceMs) / 1000;
    [stage, sinceMs] = [next, performance.now()];
  };
  for await (const message of messages) {
    resource = of(message) ?? resource;
    const next = resource?.status?.progress?.stage ?? stage;
    if (next !== stage) enter(next);
  }
  enter("");
  if (!resource || resource.status?.state !== JobState.JOB_STATE_SUCCEEDED) {
    throw new Error(`a step failed: ${resource?.status?.failure?.message ?? "it ended without a result"}`);
  }
  return resource;
}
