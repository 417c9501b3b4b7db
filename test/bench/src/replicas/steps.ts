import { setTimeout as sleep } from "node:timers/promises";
import { uploadFile } from "@climb/client";
import { ClusteringServiceDefinition, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { EmbeddingServiceDefinition, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { DatasetSpec, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { TargetSource } from "@climb/proto/training/v1/target";
import { TokenSpec, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { isFinal } from "@climb/resources";
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

/** Often enough for steps of minutes, and seldom enough not to take a share of the cores that are measured. */
const LOOK_EVERY_MS = 400;

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
  const last = <R extends Resource>(get: () => Promise<R | undefined>) => lastOf(seconds, get);
  try {
    const { embeddingSet } = await embedding.createEmbeddingSet({
      requestId: "",
      spec: EmbeddingSpec.fromPartial({ corpus: { paths: [corpus] }, seed: 1 }),
    });
    const embedded = await last(async () => (await embedding.getEmbeddingSet(idOf(embeddingSet))).embeddingSet);
    const { domainSet } = await clustering.createDomainSet({
      requestId: "",
      spec: DomainSpec.fromPartial({ embeddings: embedded.manifest, clusters: 64, seed: 1 }),
    });
    const domains = await last(async () => (await clustering.getDomainSet(idOf(domainSet))).domainSet);
    const { report } = await clustering.createDuplicateReport({
      requestId: "",
      spec: { domainSetId: domains.id, thresholds: [] },
    });
    const duplicates = await last(async () => (await clustering.getDuplicateReport(idOf(report))).report);
    const { tokenSet } = await training.createTokenSet({
      requestId: "",
      spec: TokenSpec.fromPartial({ domains: domains.manifest, vocabulary: 8192, seed: 1 }),
    });
    const tokens = await last(async () => (await training.getTokenSet(idOf(tokenSet))).tokenSet);
    const { targets } = await training.importTargets({
      sources: [TargetSource.fromPartial({ name: "target", paths: [await uploadFile(store, target)] })],
    });
    const { targetStatistics } = await training.createTargetStatistics({
      requestId: "",
      tokenSetId: tokens.id,
      targets,
    });
    const statistics = await last(
      async () => (await training.getTargetStatistics(idOf(targetStatistics))).targetStatistics,
    );
    const { dataset } = await search.createDataset({
      requestId: "",
      spec: DatasetSpec.fromPartial({ domainSetId: domains.id, options: { byDomain: true }, seed: 1 }),
    });
    const written = await last(async () => (await search.getDataset(idOf(dataset))).dataset);
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

interface Resource {
  status?: JobStatus | undefined;
}

const idOf = (resource: { id: string } | undefined) => ({ id: resource?.id ?? "" });

/**
 * Looks at a resource until its end, and adds the time that each of its stages took to the step that it is. Watches are
 * told once a second, which is too seldom for that.
 */
async function lastOf<R extends Resource>(
  seconds: Record<Step, number>,
  get: () => Promise<R | undefined>,
): Promise<R> {
  let stage = "";
  let sinceMs = performance.now();
  const enter = (next: string) => {
    const step = (Object.keys(STEPS) as Step[]).find((name) => (STEPS[name] as string[]).includes(stage));
    if (step) seconds[step] += (performance.now() - sinceMs) / 1000;
    [stage, sinceMs] = [next, performance.now()];
  };
  for (;;) {
    const resource = await get();
    const { state, progress, failure } = resource?.status ?? {};
    const next = progress?.stage ?? stage;
    if (next !== stage) enter(next);
    if (resource && isFinal(resource.status)) {
      enter("");
      if (state === JobState.JOB_STATE_SUCCEEDED) return resource;
      throw new Error(`a step failed: ${failure?.message}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
