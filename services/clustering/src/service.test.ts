import { readWhole } from "@climb/ports";
import { DomainSetFinished } from "@climb/proto/clustering/v1/clustering_events";
import {
  CorpusMap,
  DomainManifest,
  type DomainSet,
  type DomainSpec,
} from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { toArtifact } from "@climb/resources";
import { describe, expect, it } from "vitest";
import { bytesOf, NO_ARTIFACT } from "./steps/artifacts.js";
import {
  directory,
  documents,
  type Made,
  perTopic,
  type Suite,
  start,
  store,
  topics,
  untilFinal,
} from "./testing/suite.js";

async function create(suite: Suite, spec: DomainSpec): Promise<string> {
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  return domainSet?.id ?? "";
}

async function outputs({ platform }: Suite, { manifest }: DomainSet) {
  const json = await readWhole(platform.artifacts, manifest ?? NO_ARTIFACT);
  const domains = DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
  const parts = await Promise.all(domains.assignments.map((artifact) => readWhole(platform.artifacts, artifact)));
  const assignments = new Int32Array(Uint8Array.from(Buffer.concat(parts)).buffer);
  return { domains, assignments };
}

/** Everything that must be the same bits wherever and however often the work was done. */
function bits({ domains }: { domains: DomainManifest }) {
  const { corpus: _, assignments, centroids, map, ...rest } = domains;
  const hashes = [...assignments, centroids, map].map((artifact) => artifact?.sha256);
  return { ...rest, hashes };
}

describe("the clustering service", () => {
  it("finds the three topics, names them, and prunes the tables with a reason", async () => {
    const suite = await start(await directory());
    const finished: DomainSetFinished[] = [];
    await suite.platform.events.subscribe({
      subject: "clustering.domain_set_finished",
      handler: async ({ payload }) => void finished.push(DomainSetFinished.decode(payload)),
    });
    const set = await untilFinal(suite, await create(suite, await store(suite)));
    expect(set.status?.failure).toBeUndefined();
    expect(set.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(set.prunedDocuments).toBe(BigInt(perTopic));

    const { domains, assignments } = await outputs(suite, set);
    expect(domains.domains.map((domain) => Number(domain.documents))).toEqual([perTopic, perTopic, perTopic]);
    for (const domain of domains.domains) {
      const words = Object.values(topics).find((list) => list.includes(domain.terms[0] as string)) ?? [];
      expect(words).toEqual(expect.arrayContaining(domain.terms));
      expect(words).toEqual(expect.arrayContaining(domain.label.toLowerCase().split(", ")));
      expect(domain.quality).toBeGreaterThan(3);
      expect(domain.examples).toHaveLength(3);
      expect(domain.examples[0]?.snippet.length).toBeLessThanOrEqual(200);
    }
    const domainOf = new Map<number, number>();
    documents.forEach(({ kind }, i) => {
      const domain = assignments[i] as number;
      expect(domain === -1).toBe(kind === 3);
      expect(domainOf.get(kind) ?? domain).toBe(domain);
      domainOf.set(kind, domain);
    });
    expect(set.pruned).toEqual(domains.pruned);
    expect(domains.pruned.reduce((sum, group) => sum + Number(group.documents), 0)).toBe(perTopic);
    for (const { reason } of domains.pruned) expect(reason).toMatch(/below 2\.5: .*mostly digits/);

    const one = documents.find(({ kind }) => kind === 1) as Made;
    const junk = documents.find(({ kind }) => kind === 3) as Made;
    const vectors = Buffer.from(bytesOf(Float32Array.from([...one.vector, ...junk.vector])));
    const { domainIndexes, squaredDistances } = await suite.client.assignDocuments({
      domainSetId: set.id,
      vectors,
      texts: [],
    });
    expect(domainIndexes).toEqual([domainOf.get(1), -1]);
    expect(squaredDistances[0]).toBeLessThan(1);
    await expect.poll(() => finished.map(({ domainSetId }) => domainSetId)).toContain(set.id);
  });

  it("gives the same bits when it was stopped in the middle, again and again, with other threads and addresses", async () => {
    const whole = await start(await directory(), 1);
    const expected = bits(await outputs(whole, await untilFinal(whole, await create(whole, await store(whole)))));

    const dataDir = await directory();
    let spec: DomainSpec | undefined;
    let id = "";
    for (const pauseMs of [30, 90, 180]) {
      const suite = await start(dataDir);
      spec ??= await store(suite);
      id = await create(suite, spec);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await suite.close();
    }
    const suite = await start(dataDir);
    const set = await untilFinal(suite, id);
    expect(set.status?.failure).toBeUndefined();
    expect(bits(await outputs(suite, set))).toEqual(expected);
  });

  it("draws a map on which domains lie apart, and tells which documents and domains are near another", async () => {
    const suite = await start(await directory());
    const { domains } = await outputs(suite, await untilFinal(suite, await create(suite, await store(suite))));
    const json = await readWhole(suite.platform.artifacts, domains.map ?? NO_ARTIFACT);
    const { points } = CorpusMap.fromJSON(JSON.parse(json.toString("utf8")));
    expect(points).toHaveLength(3 * perTopic);
    expect(points.every(({ title }) => title.length > 0 && title.length <= 80)).toBe(true);
    const nearestIs = points.map((point) => {
      const others = points.filter((other) => other !== point);
      const far = (other: typeof point) => Math.hypot(other.x - point.x, other.y - point.y);
      return others.reduce((best, other) => (far(other) < far(best) ? other : best)).domainId === point.domainId;
    });
    expect(nearestIs.filter(Boolean).length).toBeGreaterThan(0.95 * points.length);
    for (const { id, nearest, borderline } of domains.domains) {
      const others = domains.domains.map((domain) => domain.id).filter((other) => other !== id);
      expect(nearest.map(({ domainId }) => domainId).sort()).toEqual(others);
      expect(nearest[0]?.distance).toBeLessThanOrEqual(nearest[1]?.distance ?? 0);
      expect(borderline).toHaveLength(3);
      for (const { otherDomainId, document } of borderline) {
        expect(others).toContain(otherDomainId);
        expect(document?.snippet).not.toBe("");
      }
    }
  });

  it("lets ids of an earlier set go on with most of their documents, and gives others new ones", async () => {
    const suite = await start(await directory());
    const [cooking, stars, courts] = [0, 1, 2].map((kind) => documents.filter((document) => document.kind === kind));
    const made = [...(cooking ?? []), ...(stars ?? []).slice(0, 60)];
    const before = await untilFinal(suite, await create(suite, await store(suite, { domains: 2 }, made)));
    const grown = [...(courts ?? []), ...(stars ?? []), ...(cooking ?? []).slice(0, 50)];
    const spec = await store(suite, { domains: 3, previousDomainSetId: before.id }, grown);
    const after = await untilFinal(suite, await create(suite, spec));
    const named = ({ domains }: DomainSet) =>
      Object.fromEntries(
        domains.map(({ id, terms }) => {
          const topic = Object.entries(topics).find(([, words]) => words.includes(terms[0] as string));
          return [topic?.[0], id];
        }),
      );
    expect(named(before)).toEqual({ cooking: "d00", astronomy: "d01" });
    expect(after.domains.map((domain) => Number(domain.documents))).toEqual([90, 90, 50]);
    expect(named(after)).toEqual({ cooking: "d00", astronomy: "d01", courts: "d02" });
    expect(after.id).not.toBe(await create(suite, { ...spec, previousDomainSetId: "" }));
    await expect(create(suite, { ...spec, previousDomainSetId: "0".repeat(32) })).rejects.toThrow("0000");
  });

  it("assigns a stream of new documents in order, and says what is wrong with a request", async () => {
    const suite = await start(await directory());
    const set = await untilFinal(suite, await create(suite, await store(suite)));
    const { domains } = await outputs(suite, set);
    const requestOf = (made: readonly Made[]) => {
      const vectors = Buffer.from(bytesOf(Float32Array.from(made.flatMap(({ vector }) => [...vector]))));
      return { request: { domainSetId: set.id, vectors, texts: [] } };
    };
    const requests = (async function* () {
      for (let from = 0; from < 60; from += 20) yield requestOf(documents.slice(from, from + 20));
    })();
    const ids: string[] = [];
    for await (const { response } of suite.client.assignStream(requests)) ids.push(...(response?.domainIds ?? []));
    const topicOf = new Map(domains.domains.map(({ id, terms }) => [id, terms[0] as string]));
    documents.slice(0, 60).forEach(({ kind }, i) => {
      const words = Object.values(topics)[kind];
      if (words) expect(words).toContain(topicOf.get(ids[i] as string));
      else expect(ids[i]).toBe("");
    });

    const { request } = requestOf(documents.slice(0, 1));
    const asked = (more: object) => suite.client.assignDocuments({ ...request, ...more });
    await expect(asked({ texts: ["a"] })).rejects.toThrow("texts: found vectors too");
    await expect(asked({ vectors: Buffer.alloc(6) })).rejects.toThrow(
      "vectors: found 6 bytes, expected at most 4096 rows of 64 bytes (16 float32)",
    );
    await expect(asked({ domainSetId: "0".repeat(32) })).rejects.toThrow("0000");
    expect((await asked({ vectors: Buffer.alloc(0) })).domainIndexes).toEqual([]);
  });

  it("suggests as many domains as there are topics, and finds them by angle and in batches too", async () => {
    const suite = await start(await directory());
    for (const options of [{}, { spherical: true }, { batchRows: 100, maxIterations: 30 }]) {
      const set = await untilFinal(suite, await create(suite, await store(suite, options)));
      const answer = await suite.client.suggestDomainCount({ domainSetId: set.id, most: 0 });
      expect(answer.suggested, JSON.stringify(options)).toBe(3);
      expect(answer.counts[0]?.domains).toBe(2);
      const { domains } = await outputs(suite, set);
      expect(domains.domains.map((domain) => Number(domain.documents))).toEqual([perTopic, perTopic, perTopic]);
    }
    const one = await untilFinal(
      suite,
      await create(suite, await store(suite, { clusters: 1, domains: 1, minQuality: 0 })),
    );
    await expect(suite.client.suggestDomainCount({ domainSetId: one.id, most: 0 })).rejects.toThrow("one cluster only");
  });

  it("finds the same domains from vectors in float16", async () => {
    const suite = await start(await directory());
    const { assignments } = await outputs(suite, await untilFinal(suite, await create(suite, await store(suite))));
    const other = await start(await directory());
    const spec = await store(other, {}, documents, true);
    const half = await outputs(other, await untilFinal(other, await create(other, spec)));
    expect(half.assignments).toEqual(assignments);
  });

  it("cuts the tree of a finished set without clustering again", async () => {
    const suite = await start(await directory());
    const set = await untilFinal(suite, await create(suite, await store(suite)));
    const before = (await outputs(suite, set)).domains;
    const { domainSet } = await suite.client.cutDomainSet({ requestId: "", id: set.id, domains: 2 });
    const cut = await untilFinal(suite, domainSet?.id ?? "");
    const after = (await outputs(suite, cut)).domains;
    expect(after.domains).toHaveLength(2);
    expect(after.centroids?.sha256).toBe(before.centroids?.sha256);
    expect(after.merges).toEqual(before.merges);
    await expect(suite.client.cutDomainSet({ requestId: "", id: set.id, domains: 99 })).rejects.toThrow("found 99");
  });

  it("splits a domain of a finished set and leaves the others, documents and ids, as they were", async () => {
    const suite = await start(await directory());
    const set = await untilFinal(suite, await create(suite, await store(suite, { domains: 2 })));
    const before = await outputs(suite, set);
    const [whole, other] = [...before.domains.domains].sort((a, b) => b.clusters.length - a.clusters.length);
    const split = (domainId = "", into = 2) =>
      suite.client.cutDomainSet({ requestId: "", id: set.id, splits: [{ domainId, into }] });
    const { domainSet } = await split(whole?.id);
    const after = await outputs(suite, await untilFinal(suite, domainSet?.id ?? ""));
    const ids = after.domains.domains.map(({ id }) => id);
    expect([...ids].sort()).toEqual([other?.id, `${whole?.id}.0`, `${whole?.id}.1`].sort());
    const idOf = (found: typeof after, i: number) => found.domains.domains[found.assignments[i] as number]?.id ?? "";
    documents.forEach((_, i) => {
      expect(idOf(after, i).replace(/\.\d$/, "")).toBe(idOf(before, i));
    });
    await expect(split("d09")).rejects.toThrow("found d09");
    await expect(split(whole?.id, 99)).rejects.toThrow("found 99");
    const both = { requestId: "", id: set.id, domains: 2, splits: [{ domainId: "d00", into: 2 }] };
    await expect(suite.client.cutDomainSet(both)).rejects.toThrow("domains and splits");
  });

  it("cancels, and the set stays cancelled", async () => {
    const suite = await start(await directory());
    const id = await create(suite, await store(suite, { restarts: 100, tolerance: 1e-300, maxIterations: 10_000 }));
    await suite.client.cancelDomainSet({ id });
    expect((await untilFinal(suite, id)).status?.state).toBe(JobState.JOB_STATE_CANCELLED);
  });

  it("names every fault of a specification at once", async () => {
    const suite = await start(await directory());
    const spec = await store(suite, { clusters: 5000, tolerance: 2, minQuality: 9, mergeDistance: -1 });
    const { faults } = await suite.client.validateDomainSet({ spec });
    expect(faults.map(({ field }) => field)).toEqual([
      "spec.merge_distance",
      "spec.tolerance",
      "spec.min_quality",
      "spec.clusters",
    ]);
    await expect(suite.client.createDomainSet({ requestId: "", spec })).rejects.toThrow("and 2 more");
    const nowhere = { ...spec, embeddings: { uri: "file:///nowhere.json", sha256: "", sizeBytes: 0n }, clusters: 0 };
    const missing = await suite.client.validateDomainSet({ spec: nowhere });
    const known = missing.faults.find(({ field }) => field === "spec.embeddings");
    expect(known).toMatchObject({ reason: "ARTIFACT_MISSING" });
  });

  it("fails with the file and both sizes when a vector shard is not as long as its documents", async () => {
    const suite = await start(await directory());
    const spec = await store(suite);
    const json = JSON.parse(
      (await readWhole(suite.platform.artifacts, spec.embeddings ?? NO_ARTIFACT)).toString("utf8"),
    );
    const wrong = Buffer.from(JSON.stringify({ ...json, dimensions: 17 }));
    const embeddings = toArtifact(await suite.platform.artifacts.put("embedding/test/wrong.json", wrong));
    const set = await untilFinal(suite, await create(suite, { ...spec, embeddings }));
    expect(set.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(set.status?.failure?.reason).toBe("RECORD_INVALID");
    expect(set.status?.failure?.message).toMatch(
      /contents.* has 6400 bytes, expected 6800 \(100 rows of 17 float32\) or half of it/,
    );
  });
});
