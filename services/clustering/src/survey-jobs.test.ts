import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { createWorkerPool, workerUrl } from "@climb/runtime";
import { expect, it } from "vitest";
import { readAll } from "./artifacts.js";
import { createClusteringStore } from "./store.js";
import { runSurveyJobs } from "./survey-jobs.js";
import { directory, makeDocuments, type Suite, start, store, untilFinal } from "./testing/suite.js";
import type { Results, Task } from "./worker.js";

async function digests(suite: Suite): Promise<string[]> {
  const documents = [...makeDocuments(), ...makeDocuments().map((one) => ({ ...one, id: `${one.id}-again` }))];
  const spec = await store(suite, {}, documents);
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  const set = await untilFinal(suite, domainSet?.id ?? "");
  expect(set.status?.failure).toBeUndefined();
  const json = await readAll(suite.platform.artifacts, set.manifest?.uri ?? "");
  const { assignments, domains } = DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
  expect(assignments).toHaveLength(8);
  return [...assignments.map(({ sha256 }) => sha256), ...domains.map(({ label }) => label)];
}

it("the shards of a set are surveyed by all workers of the queue, with the same outcome as by one", async () => {
  const expected = await digests(await start(await directory(), 1));

  const suite = await start(await directory(), 1);
  const pool = createWorkerPool<Task, Results[keyof Results], number>({
    url: workerUrl(import.meta.url, "./worker.js"),
    size: 1,
  });
  let helped = 0;
  const counting: typeof pool = {
    ...pool,
    run(task, options) {
      helped++;
      expect(task.kind).toBe("survey");
      return pool.run(task, options);
    },
  };
  const stop = new AbortController();
  const helping = runSurveyJobs({
    platform: { ...suite.platform, signal: stop.signal },
    store: createClusteringStore(suite.platform.logs),
    pool: counting,
    workers: 1,
    concurrency: 1,
    now: () => new Date(),
  });
  expect(await digests(suite)).toEqual(expected);
  expect(helped).toBeGreaterThan(0);
  expect(helped).toBeLessThan(8);
  stop.abort();
  await helping;
  await pool.close();
}, 30_000);
