import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { createClient } from "@climb/runtime";
import { startNatsServer, startServices, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { type CollectedSpan, startCollector } from "./collector.js";
import { climb } from "./processes.js";

describe("five services as five processes with a real nats-server", () => {
  it("find the same mixture, bit for bit, as the embedded suite, and leave one trace", async () => {
    await using folder = await temporaryDirectory();
    const search = writeSmallSearch(join(folder.path, "input"), 20_000);

    const embedded = await climb([
      "--data-dir",
      join(folder.path, "embedded"),
      "run",
      search,
      "--out",
      join(folder.path, "a"),
    ]).finished;
    expect(embedded, embedded.stderr).toMatchObject({ code: 0 });

    await using collector = await startCollector();
    await using nats = await startNatsServer();
    const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    let traceId: string | undefined;
    {
      await using services = await startServices({
        ...telemetry,
        CLIMB_NATS_URL: nats.url,
        CLIMB_ARTIFACTS_URL: `file://${join(folder.path, "artifacts")}`,
        CLIMB_CORPUS_ROOTS: folder.path,
      });
      const run = climb(["--address", services.address, "run", search, "--out", join(folder.path, "b")], telemetry);
      const distributed = await run.finished;
      expect(distributed, distributed.stderr + Object.values(services.logs).join("\n")).toMatchObject({ code: 0 });
      expect(services.logs["search-coordinator"]).toMatch(/"trace_id":"[0-9a-f]{32}"/);
      traceId = await traceOfSearch(services.address);
      // Whoever is asked knows of all.
      for (const service of ["embedding", "search-coordinator"] as const)
        expect(await processesKnownAt(services.addressOf(service))).toEqual(SERVICES);
    }
    const [a, b] = ["a", "b"].map((name) => readFileSync(join(folder.path, name, "mixture.json"), "utf8"));
    expect(b).toBe(a);

    const edges = edgesOfTheTrace(collector.spans);
    expect(traceId).toBe(
      collector.spans.find(({ service, parentId }) => service === "climb" && parentId === "")?.traceId,
    );
    expect(edges).toContain("climb → search-coordinator");
    for (const service of ["embedding", "clustering", "proxy-training", "predictor"]) {
      expect(edges).toContain(`search-coordinator → ${service}`);
    }
    // Back over NATS: the coordinator hears of finished runs inside the trace that queued them.
    expect(edges).toContain("proxy-training → search-coordinator");
  });
});

const SERVICES = ["clustering", "embedding", "predictor", "proxy-training", "search-coordinator"];

/** The trace that the only search of a suite keeps. */
async function traceOfSearch(address: string): Promise<string | undefined> {
  const client = createClient(SearchServiceDefinition, address);
  const { searches } = await client.listSearches({});
  client.close();
  return searches[0]?.status?.traceId;
}

async function processesKnownAt(address: string): Promise<string[]> {
  const client = createClient(SystemServiceDefinition, address);
  const { processes } = await client.listProcesses({});
  client.close();
  return processes.map(({ service }) => service);
}

/** Which service's spans have children in which other service, within the trace that the command began. */
function edgesOfTheTrace(spans: CollectedSpan[]): Set<string> {
  const root = spans.find(({ service, parentId }) => service === "climb" && parentId === "");
  expect(root, "a span of the command without a parent").toBeDefined();
  const trace = spans.filter(({ traceId }) => traceId === root?.traceId);
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  return new Set(
    trace.flatMap((span) => {
      const parent = byId.get(span.parentId);
      return parent && parent.service !== span.service ? [`${parent.service} → ${span.service}`] : [];
    }),
  );
}
