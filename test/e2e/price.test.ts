import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  Budget,
  type Search,
  SearchServiceDefinition,
  SearchSpec,
  Strategy,
} from "@climb/proto/search/v1/search_service";
import { type Client, createClient } from "@climb/runtime";
import { temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { startSuiteProcess } from "./suite-process.js";

type Searches = Client<typeof SearchServiceDefinition>;

async function succeeded(client: Searches, spec: SearchSpec): Promise<Search> {
  const { search } = await client.createSearch({ requestId: "", spec });
  let last: Search | undefined;
  for await (const message of client.watchSearch({ id: search?.id ?? "", afterSequence: 0n })) last = message.search;
  expect(last?.status?.failure).toBeUndefined();
  return last as Search;
}

/** The most memory that a process has held so far, in bytes. */
function peakBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

describe("what a search takes", () => {
  it("of memory and disk is told before: memory to within a factor of two, disk no less and no more than three times as much", {
    timeout: 240_000,
  }, async () => {
    await using folder = await temporaryDirectory();
    const given = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
    const dataDir = join(folder.path, "data");
    const plain = SearchSpec.fromPartial({ ...given, dataset: undefined, strategy: Strategy.STRATEGY_UNIFORM });

    const earlier = await startSuiteProcess(dataDir);
    const before = createClient(SearchServiceDefinition, earlier.address);
    const { domainSetId } = await succeeded(before, plain);
    before.close();
    await earlier.kill("SIGTERM");

    const suite = await startSuiteProcess(dataDir);
    const client = createClient(SearchServiceDefinition, suite.address);
    try {
      const spec = SearchSpec.fromPartial({
        ...plain,
        input: { $case: "domainSetId", value: domainSetId },
        proxy: { preset: "small" },
        budget: Budget.fromPartial({ ...plain.budget, tokensPerRun: 60_000n }),
        seed: 11,
      });
      const { faults, estimate } = await client.validateSearch({ spec, measure: true });
      expect(faults).toEqual([]);
      const { memoryBytes = 0n, disk, runSeconds = 0, measuredRuns } = estimate ?? {};
      // No run of this proxy has finished here: its time is by the steps that were tried.
      expect(measuredRuns).toBe(0);
      const stored = bytesIn(dataDir);
      const { result } = await succeeded(client, spec);
      const [memory, added] = [peakBytes(suite.pid), bytesIn(dataDir) - stored];
      const told = { memory: Number(memoryBytes), disk: Number(disk?.runBytes) + Number(disk?.tokenBytes), runSeconds };
      const found = `told ${JSON.stringify(told)}, found ${JSON.stringify({ memory, added, seconds: result?.runSeconds })}`;
      expect(told.memory / memory, found).toBeGreaterThan(1 / 2);
      expect(told.memory / memory, found).toBeLessThan(2);
      // What runs keep while they train is gone at their end.
      expect(told.disk, found).toBeGreaterThan(added);
      expect(told.disk / added, found).toBeLessThan(3);
    } finally {
      client.close();
      await suite.kill("SIGTERM");
    }
  });
});
