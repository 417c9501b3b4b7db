import { startSuite } from "@climb/cli/suite";
import { JobState } from "@climb/proto/common/v1/job";
import {
  GetSearchRequest,
  GetSearchResponse,
  Search,
  SearchServiceDefinition,
} from "@climb/proto/search/v1/search_service";
import { credentials, Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
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
  const { server, address } = await echo(answer);
  try {
    const { name } = SearchServiceDefinition.methods.getSearch;
    const path = `/${SearchServiceDefinition.fullName}/${name}`;
    const request = Buffer.from(GetSearchRequest.encode(GetSearchRequest.fromPartial({ id })).finish());
    const measured = (at: string): Measured => ({ address: at, cpuMs: () => 0 });
    const servers = { bare: measured(address), ours: measured(suite.address) };
    const { p50Ratio } = await compare(servers, credentials.createInsecure(), { path, request }, CALLS);
    return { p50Ratio, bytes: answer.length };
  } finally {
    server.forceShutdown();
    await suite.close();
  }
}

const domains = () => Array.from({ length: DOMAINS }, (_, i) => `d${String(i).padStart(2, "0")}`);

/** A server that answers the call with the same bytes every time. */
async function echo(answer: Buffer): Promise<{ server: Server; address: string }> {
  const server = new Server();
  const bytes = (value: Buffer) => value;
  const { name } = SearchServiceDefinition.methods.getSearch;
  const reply: UntypedHandleCall = (_: unknown, done: (error: null, answer: Buffer) => void) => done(null, answer);
  server.addService(
    {
      [name]: {
        path: `/${SearchServiceDefinition.fullName}/${name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: bytes,
        requestDeserialize: bytes,
        responseSerialize: bytes,
        responseDeserialize: bytes,
      },
    },
    { [name]: reply },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}
