import { startSuite } from "@climb/cli/suite";
import { ClusteringServiceDefinition, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { EmbeddingServiceDefinition, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { TargetSource } from "@climb/proto/training/v1/target";
import { RunSpec, TokenSpec, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createClient, createLifecycle, openTelemetry } from "@climb/runtime";

/** What one run cost this process. */
export interface RunCost {
  /** CPU seconds of the whole process, all its threads. */
  cpuSeconds: number;
  /** Seconds from asking for the run to its end. */
  seconds: number;
}

// A suite in a process of its own, with telemetry or without: `process.js <data dir> <corpus> <target> <endpoint or ->`.
// Each message is a seed, and is answered by the cost of a run with it.
const [dataDir = "", corpus = "", target = "", endpoint = "-"] = process.argv.slice(2);
const TOKENS = 50_000n;

const lifecycle = createLifecycle();
if (endpoint !== "-") await openTelemetry(lifecycle, { service: "climb", endpoint, metricsPort: 0 });
const suite = await startSuite({
  dataDir,
  port: 0,
  logLevel: "info",
  env: { CLIMB_WORKERS: "1", CLIMB_CHECKPOINT_MS: "500" },
});
const { address, token } = suite;
const embedding = createClient(EmbeddingServiceDefinition, address, { token });
const clustering = createClient(ClusteringServiceDefinition, address, { token });
const training = createClient(TrainingServiceDefinition, address, { token });

const { embeddingSet } = await embedding.createEmbeddingSet({
  requestId: "",
  spec: EmbeddingSpec.fromPartial({ corpus: { paths: [corpus] }, seed: 1 }),
});
let embeddings = embeddingSet;
for await (const seen of embedding.watchEmbeddingSet({ id: embeddings?.id ?? "", afterSequence: 0n })) {
  embeddings = seen.embeddingSet;
}
const domainSpec = DomainSpec.fromPartial({
  clusters: 6,
  domains: 3,
  embeddings: embeddings?.manifest,
  minQuality: 0,
  seed: 1,
});
let { domainSet } = await clustering.createDomainSet({ requestId: "", spec: domainSpec });
for await (const seen of clustering.watchDomainSet({ id: domainSet?.id ?? "", afterSequence: 0n })) {
  domainSet = seen.domainSet;
}
const tokenSpec = TokenSpec.fromPartial({ domains: domainSet?.manifest, vocabulary: 512, seed: 1 });
const { tokenSet } = await training.createTokenSet({ requestId: "", spec: tokenSpec });
for await (const _ of training.watchTokenSet({ id: tokenSet?.id ?? "", afterSequence: 0n }));
const { targets } = await training.importTargets({
  sources: [TargetSource.fromPartial({ name: "target", paths: [target] })],
});

async function costOf(seed: number): Promise<RunCost> {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  const spec = RunSpec.fromPartial({
    tokenSetId: tokenSet?.id ?? "",
    mixture: [0.4, 0.3, 0.3],
    proxy: { preset: "nano" },
    tokens: TOKENS,
    seed,
  });
  let { run } = await training.createRun({ requestId: "", spec, targets });
  for await (const seen of training.watchRun({ id: run?.id ?? "", afterSequence: 0n })) run = seen.run;
  if (run?.status?.state !== JobState.JOB_STATE_SUCCEEDED) throw new Error(run?.status?.failure?.message ?? "no run");
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - begun) / 1000 };
}

process.on("message", async (seed: number) => void process.send?.(await costOf(seed)));
process.on("disconnect", () => process.exit());
process.send?.("ready");
