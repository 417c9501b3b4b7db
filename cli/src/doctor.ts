import { existsSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createClient, keepLibrariesQuiet, type ServiceDefinition } from "@climb/runtime";
import { checkQueues } from "./doctor-queues.js";

/** One thing that was looked at. `fail`: Climb cannot work so; `warn`: it works, but something is slow, small or missing. */
export interface Check {
  name: string;
  state: "pass" | "warn" | "fail";
  /** What was found; where that is no pass, what it means and what helps. */
  said: string;
}

const [OLDEST_NODE, NEWEST_NODE] = [20, 24];
const GB = 1e9;
/** A search with the default proxies and a corpus of a million documents peaks below this. */
const COMFORTABLE_MEMORY_BYTES = 3 * GB;
const COMFORTABLE_DISK_BYTES = 5 * GB;
const LEAST_DISK_BYTES = 0.2 * GB;

/** Looks at this machine. @param dataDir where state and artifacts would live */
export async function checkMachine(dataDir: string): Promise<Check[]> {
  return [
    nodeVersion(process.versions.node),
    cores(availableParallelism()),
    memory(Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)),
    await folder("data directory", resolve(dataDir)),
    await folder("temporary files", tmpdir()),
    await onnxRuntime(),
    nearDuplicates(),
  ];
}

/** Asks each service of a running suite for something small, and the suite for what lies in its queues. */
export async function checkSuite(address: string, timeoutMs = 3000): Promise<Check[]> {
  const page = { pageSize: 1, pageToken: "", filter: undefined };
  const ask = async <D extends ServiceDefinition, Answer>(
    definition: D,
    call: (client: ReturnType<typeof createClient<D>>) => Promise<Answer>,
    judge?: (answer: Answer) => Check,
  ): Promise<Check> => {
    const client = createClient(definition, address);
    const begunMs = performance.now();
    try {
      const answer = await call(client);
      if (judge) return judge(answer);
      return pass(definition.name, `answers in ${Math.round(performance.now() - begunMs)} ms`);
    } catch (error) {
      const said = `no good answer from ${address}: ${(error as Error).message}`;
      return { name: definition.name, state: "fail", said } satisfies Check;
    } finally {
      client.close();
    }
  };
  const options = { timeoutMs };
  return Promise.all([
    ask(EmbeddingServiceDefinition, (client) => client.listEmbeddingSets(page, options)),
    ask(ClusteringServiceDefinition, (client) => client.listDomainSets(page, options)),
    ask(TrainingServiceDefinition, (client) => client.listRuns(page, options)),
    ask(PredictorServiceDefinition, (client) => client.listPredictors(page, options)),
    ask(SearchServiceDefinition, (client) => client.listSearches(page, options)),
    ask(
      SystemServiceDefinition,
      (client) => Promise.all([client.listQueues({}, options), client.listProcesses({}, options)]),
      ([{ queues }, { processes }]) => checkQueues(queues, processes),
    ),
  ]);
}

/** @param version "24.1.0" */
export function nodeVersion(version: string): Check {
  const major = Number(version.split(".")[0]);
  const expected = `expected ${OLDEST_NODE} to ${NEWEST_NODE}`;
  if (major < OLDEST_NODE) return { name: "Node", state: "fail", said: `${version} is too old, ${expected}` };
  if (major > NEWEST_NODE) return { name: "Node", state: "warn", said: `${version} was not tried, ${expected}` };
  if (major === OLDEST_NODE)
    return { name: "Node", state: "warn", said: `${version} works, but Node 20 ended in April 2026` };
  return pass("Node", version);
}

/** @param count that this process may use */
export function cores(count: number): Check {
  if (count > 1) return pass("cores", `${count}: as many proxies are trained at once`);
  return { name: "cores", state: "warn", said: "1: proxies are trained one after another" };
}

/** @param bytes of the machine, or of the container */
export function memory(bytes: number): Check {
  const said = `${(bytes / GB).toFixed(1)} GB`;
  if (bytes >= COMFORTABLE_MEMORY_BYTES) return pass("memory", said);
  return {
    name: "memory",
    state: "warn",
    said: `${said}: enough for the demo; a corpus of a million documents wants 3 GB`,
  };
}

/** Whether files can be written in a folder, which need not be there yet, and how much room there is. */
export async function folder(name: string, path: string): Promise<Check> {
  // The folder above one that is not there is asked instead of it: looking must not leave anything behind.
  let nearest = path;
  while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  try {
    await access(nearest, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(nearest);
    const free = bavail * bsize;
    const said = `${path}, ${(free / GB).toFixed(1)} GB free`;
    if (free < LEAST_DISK_BYTES) return { name, state: "fail", said: `${said}: the first shards would fill it` };
    if (free < COMFORTABLE_DISK_BYTES)
      return { name, state: "warn", said: `${said}: a corpus takes about twice its size` };
    return pass(name, said);
  } catch (error) {
    return { name, state: "fail", said: `${path}: ${(error as Error).message}` };
  }
}

async function onnxRuntime(): Promise<Check> {
  const name = "ONNX Runtime";
  try {
    keepLibrariesQuiet();
    const { listSupportedBackends } = await import("onnxruntime-node");
    const here = listSupportedBackends().filter(({ bundled }) => bundled);
    return pass(name, `providers: ${here.map((backend) => backend.name).join(", ")} (CLIMB_EXECUTION_PROVIDERS)`);
  } catch (error) {
    return { name, state: "fail", said: `cannot be loaded: ${(error as Error).message}` };
  }
}

function nearDuplicates(): Check {
  const name = "hnswlib";
  try {
    createRequire(import.meta.url)("hnswlib-node");
    return pass(name, "near-duplicates can be found");
  } catch {
    const said =
      "was not compiled: no near-duplicates; install a C++ compiler (Debian: apt-get install g++) and run npm run postinstall";
    return { name, state: "warn", said };
  }
}

function pass(name: string, said: string): Check {
  return { name, state: "pass", said };
}
