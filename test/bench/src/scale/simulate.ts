import { setTimeout as sleep } from "node:timers/promises";
import { type ArtifactRef, type Platform, readJson } from "@climb/ports";
import { EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import { defineResource, isFinal, pending } from "@climb/resources";

/** What each shard leaves behind: as much as the outcome of a piece of a corpus says of itself. */
interface Outcome {
  shard: number;
  documents: number;
  bytes: number;
  files: { path: string; sha256: string }[];
}

export interface SimulationFigures {
  shards: number;
  /** Seconds from the request to the end of the resource. */
  seconds: number;
  /** Microseconds for each shard: queued, leased, done, remembered and told. */
  perShardUs: number;
  /** Seconds of the parent's last call: every outcome found, read and merged into one manifest. */
  mergeSeconds: number;
  manifestMb: number;
  /** Greatest resident memory beyond that of the idle process. */
  memoryMb: number;
}

const DOCUMENTS_PER_SHARD = 6667;
const WORKERS = 16;

/**
 * So many shards of a corpus with nothing in them: through the queue, the store, the parent that sleeps, and the merge of
 * what each of them left. @throws Error if a shard was lost or counted twice
 */
export async function simulateShards(platform: Platform, shards: number): Promise<SimulationFigures> {
  const idleBytes = process.memoryUsage.rss();
  let mostBytes = idleBytes;
  const looking = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  }, 200);
  const begunMs = performance.now();
  let mergeMs = 0;
  let manifestBytes = 0;
  let documents = 0;
  const name = (shard: number) => `scale/outcomes/${shard}.json`;
  const kind = defineResource<EmbeddingSet, { id: string }, "EmbeddingSet", "EmbeddingSets">(platform, {
    kind: "simulated",
    message: EmbeddingSet,
    names: { one: "EmbeddingSet", many: "EmbeddingSets" },
    check: async ({ id }) => ({
      faults: [],
      wanted: EmbeddingSet.fromPartial({ id, status: pending(new Date()) }),
    }),
    concurrency: 1,
    async make({ id }, making) {
      const outcomes = await making.shards<object, ArtifactRef>(work, {
        key: `scale-${id}`,
        params: {},
        stage: "reading",
        unit: "shards",
        units: Array.from({ length: shards }, () => 1),
        find: (shard) => platform.artifacts.keep(name(shard)),
      });
      const mergingMs = performance.now();
      const manifest: Outcome[] = [];
      for (const ref of outcomes) {
        const outcome = await readJson<Outcome>(platform.artifacts, ref);
        documents += outcome.documents;
        manifest.push(outcome);
      }
      const whole = Buffer.from(JSON.stringify(manifest));
      manifestBytes = whole.length;
      await platform.artifacts.put("scale/manifest.json", whole);
      mergeMs = performance.now() - mergingMs;
      return (before) => before;
    },
    event: () => ({ subject: "scale.finished", payload: new Uint8Array() }),
  });
  const work = kind.shards<object, object>({
    queue: "simulated-shards",
    concurrency: WORKERS,
    prepare: async () => ({}),
    async run(_, shard) {
      const sha256 = shard.toString(16).padStart(64, "0");
      const files = [{ path: `scale/documents/${shard}.jsonl`, sha256 }];
      const outcome: Outcome = { shard, documents: DOCUMENTS_PER_SHARD, bytes: 2 ** 25, files };
      await platform.artifacts.put(name(shard), Buffer.from(JSON.stringify(outcome)));
    },
  });
  void kind.work();
  try {
    await kind.create({ id: "corpus", requestId: "" }, { signal: platform.signal });
    let set = await kind.store.get("corpus");
    for (; !isFinal(set?.status); set = await kind.store.get("corpus")) await sleep(500);
    if (documents !== shards * DOCUMENTS_PER_SHARD)
      throw new Error(
        `${documents} documents, expected ${shards * DOCUMENTS_PER_SHARD}: ${set?.status?.failure?.message}`,
      );
  } finally {
    clearInterval(looking);
  }
  const totalMs = performance.now() - begunMs;
  return {
    shards,
    seconds: totalMs / 1000,
    perShardUs: (1000 * (totalMs - mergeMs)) / shards,
    mergeSeconds: mergeMs / 1000,
    manifestMb: manifestBytes / 1e6,
    memoryMb: (mostBytes - idleBytes) / 1e6,
  };
}
