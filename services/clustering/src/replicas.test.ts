import { readWhole } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { createLifecycle } from "@climb/runtime";
import { expect, it } from "vitest";
import { clusteringConfig, startClusteringService } from "./index.js";
import { NO_ARTIFACT } from "./steps/artifacts.js";
import { directory, makeDocuments, type Suite, start, store, untilFinal } from "./testing/suite.js";

async function digests(suite: Suite): Promise<string[]> {
  const documents = [...makeDocuments(), ...makeDocuments().map((one) => ({ ...one, id: `${one.id}-again` }))];
  const spec = await store(suite, {}, documents);
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  const set = await untilFinal(suite, domainSet?.id ?? "");
  expect(set.status?.failure).toBeUndefined();
  const json = await readWhole(suite.platform.artifacts, set.manifest ?? NO_ARTIFACT);
  const { assignments, domains } = DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
  expect(assignments).toHaveLength(8);
  return [...assignments.map(({ sha256 }) => sha256), ...domains.map(({ label }) => label)];
}

it("the shards of a set are scanned by all replicas, with the same outcome as by one", async () => {
  const expected = await digests(await start(await directory(), 1));

  const suite = await start(await directory(), 1);
  const lifecycle = createLifecycle();
  const scanned: string[] = [];
  const { artifacts } = suite.platform;
  // A replica that takes shards only, and notes what it stores.
  const replica = {
    ...suite.platform,
    lifecycle,
    signal: lifecycle.signal,
    role: { answers: false, takes: (queue: string) => queue === "shard-scan" },
    artifacts: {
      ...artifacts,
      put: (...args: Parameters<typeof artifacts.put>) => {
        scanned.push(args[0]);
        return artifacts.put(...args);
      },
    },
  };
  await startClusteringService(replica, clusteringConfig.parse({ CLIMB_WORKERS: "1" }));
  expect(await digests(suite)).toEqual(expected);
  const summaries = scanned.filter((name) => name.includes("scan-"));
  expect(summaries.length).toBeGreaterThan(0);
  expect(summaries.length).toBeLessThan(8);
  await lifecycle.close();
});
