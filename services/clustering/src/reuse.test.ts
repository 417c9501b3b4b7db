import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, type DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { createClient, forOwner } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import { NO_ARTIFACT } from "./steps/artifacts.js";
import { directory, documents, type Made, type Suite, shardRows, start, store, untilFinal } from "./testing/suite.js";

const whole = documents.slice(0, 240);
/** The last shard is another one, the others are as they were. */
const fewer = whole.slice(0, -20);
const SHARDS = Math.ceil(whole.length / shardRows);

/** A suite that knows what was made: surveys of texts, common words, and scans, by their artifacts. */
async function counting() {
  const made: string[] = [];
  const suite = await start(await directory(), 2, (path) => void made.push(path));
  const taken = () => {
    const paths = made.splice(0);
    const count = (pattern: RegExp) => paths.filter((path) => pattern.test(path)).length;
    return { surveys: count(/\/surveys\/\w+\.bin$/), words: count(/\/words\//), scans: count(/\/scan-\d+\.json$/) };
  };
  return { suite, taken };
}

async function find(suite: Suite, made: readonly Made[], options: Partial<DomainSpec> = {}): Promise<DomainSet> {
  const spec = await store(suite, { restarts: 1, ...options }, made);
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  const ended = await untilFinal(suite, domainSet?.id ?? "");
  expect(ended.status?.failure).toBeUndefined();
  return ended;
}

/** All that a set is; it names artifacts by their contents. */
async function whatIs({ platform }: Suite, { manifest }: DomainSet): Promise<DomainManifest> {
  const json = await readWhole(platform.artifacts, manifest ?? NO_ARTIFACT);
  return DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
}

describe("a corpus whose domains were found before", () => {
  it("has its texts looked at where it has changed alone, by each project, with the bits of a fresh start", async () => {
    const { suite, taken } = await counting();
    await find(suite, whole);
    expect(taken()).toEqual({ surveys: SHARDS, words: 1, scans: SHARDS });
    const after = await find(suite, fewer);
    expect(taken()).toEqual({ surveys: 1, words: 1, scans: SHARDS });
    const others = { seed: 6, clusters: 7, minQuality: 1 };
    const other = await find(suite, fewer, others);
    expect(taken()).toEqual({ surveys: 0, words: 0, scans: SHARDS });
    await forOwner("kitchen", () => find(suite, fewer));
    expect(taken()).toEqual({ surveys: SHARDS, words: 1, scans: SHARDS });

    const fresh = await counting();
    expect(await whatIs(suite, other)).toEqual(await whatIs(fresh.suite, await find(fresh.suite, fewer, others)));
    expect(fresh.taken().surveys).toBe(SHARDS);
    expect(await whatIs(suite, after)).toEqual(await whatIs(fresh.suite, await find(fresh.suite, fewer)));
  });

  it("keeps what was seen of its texts as long as a set of it lives, and no longer", async () => {
    const { suite, taken } = await counting();
    const { platform, client } = suite;
    const service = createClient(StoreServiceDefinition, `127.0.0.1:${suite.port}`);
    const collect = async () => {
      const grace = { seconds: 0n, nanos: 0 };
      for await (const _ of service.collectGarbage({ dryRun: false, timeToLive: {}, grace }));
    };
    const surveys = async () => {
      let found = 0;
      for await (const _ of platform.artifacts.list("clustering/surveys/")) found++;
      return found;
    };
    const { id } = await find(suite, whole);
    await collect();
    expect(await surveys()).toBe(SHARDS);
    taken();
    const other = await find(suite, whole, { seed: 6 });
    expect(taken().surveys).toBe(0);
    await client.deleteDomainSet({ id });
    await collect();
    expect(await surveys()).toBe(SHARDS);
    await client.deleteDomainSet({ id: other.id });
    await collect();
    expect(await surveys()).toBe(0);
    service.close();
  });
});
