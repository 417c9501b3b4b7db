import { startSuite } from "@climb/cli/suite";
import { JobState } from "@climb/proto/common/v1/job";
import {
  GetSearchRequest,
  GetSearchResponse,
  Search,
  SearchServiceDefinition,
} from "@climb/proto/search/v1/search_service";
import { credentials } from "@grpc/grpc-js";
import { startBytesServer } from "../rpc/bytes-server.js";
import { compare, type Measured } from "../rpc/load.js";

const CALLS = 2000;
const DOMAINS = 20;

/**
 * The time of GetSearch beside that of a bare server of grpc-js which answers as many bytes, median over median.
 * @param runs that the search has planned
 */
export async function measureGetSearch(dataDir: string, runs: number): Promise<{ p50Ratio: number; bytes: number }> {
  const suite = await startSuite({ dataDir, port: 0, logLevel: "silent" });
  const id = runs.toString(16).padStart(32, "0");
  const search = Search.fromPartial({
    id,
    status: { state: JobState.JOB_STATE_SUCCEEDED },
    runsPlanned: runs,
    runsFinished: runs - 1,
    spec: {
      baselines: [{ name: "ours", mixture: Object.fromEntries(domains().map((domain) => [domain, 1 / DOMAINS])) }],
    },
  });
  await suite.platform.snapshots.put("search", id, {
    index: { state: "SUCCEEDED", owner: "", labels: {}, createTimeMs: 1 },
    record: Search.encode(search).finish(),
  });
  const answer = Buffer.from(GetSearchResponse.encode({ search }).finish());
  const { fullName, methods } = SearchServiceDefinition;
  const path = `/${fullName}/${methods.getSearch.name}`;
  const echo = await startBytesServer({ [path]: () => answer });
  try {
    const request = Buffer.from(GetSearchRequest.encode(GetSearchRequest.fromPartial({ id })).finish());
    const measured = (at: string): Measured => ({ address: at, cpuMs: () => 0 });
    const servers = { bare: measured(echo.address), ours: measured(suite.address) };
    const { p50Ratio } = await compare(servers, credentials.createInsecure(), { path, request }, CALLS);
    return { p50Ratio, bytes: answer.length };
  } finally {
    echo.close();
    await suite.close();
  }
}

const domains = () => Array.from({ length: DOMAINS }, (_, i) => `d${String(i).padStart(2, "0")}`);
