import { startSuite } from "@climb/cli/suite";
import { JobState } from "@climb/proto/common/v1/job";
import { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { createClient } from "@climb/runtime";

const SEARCHES = 10_000;
const PAGE = 100;
const TIMES = 21;

/** How long a page of a hundred out of ten thousand searches takes over gRPC. @param record a finished search */
export async function measureList(dataDir: string, record: Uint8Array) {
  const suite = await startSuite({ dataDir, port: 0, logLevel: "silent" });
  const client = createClient(SearchServiceDefinition, suite.address);
  try {
    const search = Search.decode(record);
    await Promise.all(
      Array.from({ length: SEARCHES }, (_, i) => {
        const id = `search-${i}`;
        const index = { state: i % 3 ? "SUCCEEDED" : "FAILED", owner: "", labels: {}, createTimeMs: 1e12 + i };
        return suite.platform.snapshots.put("search", id, { index, record: Search.encode({ ...search, id }).finish() });
      }),
    );
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const begun = performance.now();
      const filter = {
        states: i % 2 ? [JobState.JOB_STATE_FAILED] : [],
        labels: {},
        createdFrom: undefined,
        createdBefore: undefined,
      };
      const { searches } = await client.listSearches({ pageSize: PAGE, pageToken: "", filter });
      times.push(performance.now() - begun);
      if (searches.length !== PAGE) throw new Error(`a page of ${searches.length}, expected ${PAGE}`);
    }
    const sorted = times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(10 * (sorted[Math.floor(share * (TIMES - 1))] ?? 0)) / 10;
    return { medianMs: at(0.5), maxMs: at(1) };
  } finally {
    client.close();
    await suite.close();
  }
}
