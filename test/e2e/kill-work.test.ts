import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import {
  ClusteringServiceDefinition,
  DomainManifest,
  type DomainSet,
  DomainSpec,
} from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { EmbeddingServiceDefinition, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { TargetSource } from "@climb/proto/training/v1/target";
import { type Run, RunSpec, TokenSpec, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { artifactBytes } from "../support/artifacts.js";
import { expectNoRunTwice } from "./once.js";
import { throughKills } from "./suite-process.js";

const KILLS = 10;

/** The answer of some calls to a suite, with clients that are closed again. */
async function ask<T>(address: string, work: (clients: Clients) => Promise<T>): Promise<T> {
  const clients = {
    embedding: createClient(EmbeddingServiceDefinition, address),
    clustering: createClient(ClusteringServiceDefinition, address),
    training: createClient(TrainingServiceDefinition, address),
  };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
}

interface Clients {
  embedding: Client<typeof EmbeddingServiceDefinition>;
  clustering: Client<typeof ClusteringServiceDefinition>;
  training: Client<typeof TrainingServiceDefinition>;
}

/** The domains of the documents at a path. */
async function findDomains(
  { embedding, clustering }: Clients,
  path: string,
  options: { clusters?: number; domains?: number } = {},
): Promise<DomainSet> {
  const spec = EmbeddingSpec.fromPartial({ corpus: { paths: [path] }, seed: 1 });
  const { embeddingSet } = await embedding.createEmbeddingSet({ requestId: "", spec });
  let embeddings = embeddingSet;
  const watch = embedding.watchEmbeddingSet({ id: embeddingSet?.id ?? "", afterSequence: 0n });
  for await (const message of watch) embeddings = message.embeddingSet;
  expect(embeddings?.status?.failure).toBeUndefined();
  const wanted = DomainSpec.fromPartial({ ...options, embeddings: embeddings?.manifest, minQuality: 0, seed: 1 });
  const { domainSet } = await clustering.createDomainSet({ requestId: "", spec: wanted });
  let found = domainSet as DomainSet;
  for await (const message of clustering.watchDomainSet({ id: found.id, afterSequence: 0n })) {
    found = message.domainSet ?? found;
  }
  expect(found.status?.failure).toBeUndefined();
  return found;
}

describe("kill -9 of the embedded suite", () => {
  it("at ten random moments of embedding and clustering leaves the same domains, document by document", async () => {
    await using folder = await temporaryDirectory();
    const corpus = join(folder.path, "corpus");
    mkdirSync(corpus);
    // Several files with words of their own, so that there are shards to lose.
    const random = seeded("documents");
    for (let file = 0; file < 4; file++) {
      const lines = Array.from({ length: 3000 }, (_, i) => {
        const topic = random.int(12);
        const words = Array.from(
          { length: 60 },
          () => `w${random.float() < 0.6 ? topic * 40 + random.int(40) : random.int(900)}`,
        );
        return JSON.stringify({ id: `${file}-${i}`, text: words.join(" ") });
      });
      writeFileSync(join(corpus, `${file}.jsonl`), `${lines.join("\n")}\n`);
    }
    const find = (address: string) => ask(address, (clients) => findDomains(clients, corpus));
    const env = { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "1000" };

    const begun = performance.now();
    const [whole] = await throughKills({ folder: join(folder.path, "whole"), env, livesMs: [], work: find });
    const wholeMs = performance.now() - begun;
    const livesMs = Array.from({ length: KILLS }, () => wholeMs * (0.12 + 0.2 * random.float()));
    const killed = await throughKills({ folder: join(folder.path, "killed"), env, livesMs, work: find });
    const digests = (dataDir: string, { manifest }: DomainSet) => {
      const json: unknown = JSON.parse(artifactBytes(dataDir, manifest?.uri).toString("utf8"));
      const { assignments, centroids } = DomainManifest.fromJSON(json);
      return [...assignments, centroids].map((artifact) => artifact?.sha256);
    };
    const expected = whole?.result as DomainSet;
    const expectedDigests = digests(whole?.dataDir ?? "", expected);
    expect(expectedDigests).toHaveLength(13);
    for (const { dataDir, result } of killed) {
      expect(result.id).toBe(expected.id);
      expect(result.domains).toEqual(expected.domains);
      expect(digests(dataDir, result)).toEqual(expectedDigests);
    }
  });

  it("at ten random moments of twenty queued runs loses none, trains none twice, and changes no weight", async () => {
    await using folder = await temporaryDirectory();
    const search = writeSmallSearch(join(folder.path, "input"), 1000);
    const corpus = join(search, "..", "corpus.jsonl");
    const target = join(search, "..", "target.jsonl");
    const random = seeded("mixtures");
    const mixtures = Array.from({ length: 20 }, () => {
      const weights = Array.from({ length: 3 }, () => -Math.log(random.float() + 1e-9));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight) => weight / sum);
    });
    const train = (address: string) =>
      ask(address, async (clients) => {
        const { training } = clients;
        const { manifest } = await findDomains(clients, corpus, { clusters: 6, domains: 3 });
        const spec = TokenSpec.fromPartial({ domains: manifest, vocabulary: 512, seed: 1 });
        const { tokenSet } = await training.createTokenSet({ requestId: "", spec });
        const id = tokenSet?.id ?? "";
        for await (const _ of training.watchTokenSet({ id, afterSequence: 0n }));
        const sources = [TargetSource.fromPartial({ name: "sea", paths: [target] })];
        const { targets } = await training.importTargets({ sources });
        const proxy = { preset: "nano", width: 32, microBatches: 2 };
        const runs = await Promise.all(
          mixtures.map(async (mixture) => {
            const run = RunSpec.fromPartial({ tokenSetId: id, mixture, proxy, tokens: 30_000n, seed: 1 });
            return (await training.createRun({ requestId: "", spec: run, targets })).run?.id ?? "";
          }),
        );
        return Promise.all(
          runs.map(async (runId) => {
            let last: Run | undefined;
            for await (const { run } of training.watchRun({ id: runId, afterSequence: 0n })) last = run;
            return last as Run;
          }),
        );
      });

    const begun = performance.now();
    const one = { folder: join(folder.path, "whole"), env: { CLIMB_WORKERS: "1" } };
    const [whole] = await throughKills({ ...one, livesMs: [], work: train });
    const wholeMs = performance.now() - begun;
    const livesMs = Array.from({ length: KILLS }, () => wholeMs * (0.1 + 0.15 * random.float()));
    const two = { folder: join(folder.path, "killed"), env: { CLIMB_WORKERS: "2", CLIMB_CHECKPOINT_MS: "100" } };
    const killed = await throughKills({ ...two, livesMs, work: train });
    expect(whole?.result).toHaveLength(20);
    for (const { logs, result } of killed) {
      for (const [i, run] of result.entries()) {
        const expected = whole?.result[i];
        expect(run.status?.state, run.status?.failure?.message).toBe(JobState.JOB_STATE_SUCCEEDED);
        expect(run.id).toBe(expected?.id);
        // The same bits with one worker and with two, killed and not.
        expect(run.weights?.sha256).toBe(expected?.weights?.sha256);
        expect(run.tasks).toEqual(expected?.tasks);
      }
      expect(expectNoRunTwice(logs)).toBe(20);
    }
  });
});
