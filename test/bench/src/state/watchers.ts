import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { createClient } from "@climb/runtime";
import { startNatsServer, startServices, writeSmallSearch } from "@climb/testkit";

const CLI = fileURLToPath(new URL("../../../../cli/dist/main.js", import.meta.url));
const WATCHERS = 1000;
/** Kernel ticks of a second, in which /proc counts CPU time. */
const TICKS = 100;
const TOKENS_PER_RUN = 400_000;

/** What a thousand watchers of one search cost the coordinator while it runs, and how late they hear. */
export async function measureWatchers(folder: string) {
  mkdirSync(folder, { recursive: true });
  const file = writeSmallSearch(folder, TOKENS_PER_RUN);
  await using nats = await startNatsServer();
  await using services = await startServices({
    CLIMB_NATS_URL: nats.url,
    CLIMB_ARTIFACTS_URL: `file://${join(folder, "artifacts")}`,
    CLIMB_CORPUS_ROOTS: folder,
  });
  const client = createClient(SearchServiceDefinition, services.address, { defaultTimeoutMs: 120_000 });
  const { pid } = services.of("search-coordinator");
  try {
    const id = submit(services.address, file);
    /** When each watcher heard of each state and each progress. */
    const heard = new Map<string, number[]>();
    let last: Search | undefined;
    const watch = async () => {
      for await (const { sequence, search: seen } of client.watchSearch({ id, afterSequence: 0n })) {
        const { stage, done } = seen?.status?.progress ?? {};
        const news = `${sequence} ${stage} ${done}`;
        const times = heard.get(news) ?? [];
        times.push(performance.now());
        heard.set(news, times);
        last = seen;
      }
    };
    const begun = { cpuS: cpuSeconds(pid), ms: performance.now() };
    await Promise.all(Array.from({ length: WATCHERS }, watch));
    const seconds = (performance.now() - begun.ms) / 1000;
    const cpuShare = (cpuSeconds(pid) - begun.cpuS) / seconds;
    const delays = [...heard.values()].flatMap((times) => {
      const first = Math.min(...times);
      return times.length < WATCHERS / 2 ? [] : times.map((time) => time - first);
    });
    const sorted = delays.sort((a, b) => a - b);
    const p99Ms = Math.round(sorted[Math.floor(0.99 * sorted.length)] ?? 0);
    const record = Search.encode(last as Search).finish();
    return {
      watch1000: { cpuShare: Math.round(1000 * cpuShare) / 1000, p99Ms, seconds: Math.round(seconds) },
      search: { record, bytes: record.length + historyBytes(join(folder, "artifacts"), id) },
    };
  } finally {
    client.close();
  }
}

/** Submits a search as a user does; returns its id. */
function submit(address: string, file: string): string {
  const said = execFileSync(process.execPath, [CLI, "--address", address, "search", "create", file]);
  return said.toString("utf8").trim().split("\n").at(-1) ?? "";
}

/** What the history of a finished search takes, beside its record. */
function historyBytes(artifacts: string, id: string): number {
  const { sizeBytes } = JSON.parse(readFileSync(join(artifacts, "names", "search", id, "history.pb"), "utf8"));
  return sizeBytes;
}

/** User and system time that a process has taken. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
