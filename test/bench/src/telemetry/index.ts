import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mean, median, standardDeviation } from "@climb/numeric";
import { workerUrl } from "@climb/runtime";
import { writeSmallSearch } from "@climb/testkit";
import { keepOnCore } from "../keep-on-core.js";
import type { BenchOptions } from "../options.js";
import type { RunCost } from "./process.js";
import { openSink } from "./sink.js";

/** Pairs of processes, begun anew: two of one kind differ by where their memory lies. */
const ROUNDS = 3;
/** Pairs of short runs in each, one with telemetry and one without, which take turns at being first. */
const PAIRS = 32;

/**
 * What telemetry costs training: proxy runs through the whole suite, asked for over gRPC, in two processes on one core,
 * one of which sends traces, metrics and logs to a collector and serves Prometheus. They take turns so often that what
 * else the machine does slows both. Compared by CPU time; the share is the mean over pairs.
 */
export async function benchTelemetry(options: BenchOptions): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "climb-telemetry-"));
  const sink = await openSink();
  const children = new Set<ChildProcess>();
  try {
    const search = writeSmallSearch(join(folder, "input"), 1000);
    const start = async (name: string, endpoint: string) => {
      const input = ["corpus.jsonl", "target.jsonl"].map((file) => join(dirname(search), file));
      const args = [join(folder, name), ...input, endpoint];
      const child = fork(workerUrl(import.meta.url, "./process.js"), args, {
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      children.add(child);
      await answerOf(child);
      return child;
    };
    const cost = async (child: ChildProcess, seed: number) => {
      child.send(seed);
      return (await answerOf(child)) as RunCost;
    };
    const pairs: { told: RunCost; silent: RunCost }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [told, silent] = [await start(`told-${round}`, sink.endpoint), await start(`silent-${round}`, "-")];
      for (const { pid } of [told, silent]) keepOnCore(pid as number, 0);
      // The first pair opens what stays open.
      for (let pair = 0; pair <= PAIRS; pair++) {
        const first = pair % 2 === 0 ? await cost(told, pair) : undefined;
        const b = await cost(silent, pair);
        const a = first ?? (await cost(told, pair));
        if (pair > 0) pairs.push({ told: a, silent: b });
        if (!options.json) process.stderr.write(`${pair}: ${a.cpuSeconds} s and ${b.cpuSeconds} s of CPU\n`);
      }
      for (const child of children) child.kill("SIGKILL");
      children.clear();
    }
    const ratios = (of: (cost: RunCost) => number) => pairs.map((pair) => of(pair.told) / of(pair.silent) - 1);
    const round = (value: number) => Number(value.toFixed(4));
    const shares = ratios(({ cpuSeconds }) => cpuSeconds);
    return {
      bench: "telemetry",
      overheadShare: round(mean(shares)),
      standardError: round(standardDeviation(shares) / Math.sqrt(shares.length)),
      overheadShareByTheClock: round(mean(ratios(({ seconds }) => seconds))),
      cpuSecondsOfRun: round(median(pairs.map(({ silent }) => silent.cpuSeconds))),
      sentBytes: sink.bytes(),
      pairs: pairs.length,
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    sink.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The next message of a child. @throws Error if it ends first */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as unknown),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`a process that is measured ended with code ${code}`);
      }),
    ]);
  } finally {
    done.abort();
  }
}
