import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { median } from "@climb/numeric";
import { workerUrl } from "@climb/runtime";
import { writeSmallSearch } from "@climb/testkit";
import type { BenchOptions } from "../options.js";
import type { RunCost } from "./process.js";
import { openSink } from "./sink.js";

/** Pairs of runs, one with telemetry and one without, which take turns at being first. */
const PAIRS = 11;

/**
 * What telemetry costs training: proxy runs through the whole suite, asked for over gRPC, in two processes that take
 * turns, one of which sends traces, metrics and logs to a collector and serves Prometheus. Compared by CPU time, which a
 * machine that does other things too disturbs least; the share is the median over pairs.
 */
export async function benchTelemetry(options: BenchOptions): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "climb-telemetry-"));
  const sink = await openSink();
  const children: ChildProcess[] = [];
  try {
    const search = writeSmallSearch(join(folder, "input"), 1000);
    const start = async (name: string, endpoint: string) => {
      const input = ["corpus.jsonl", "target.jsonl"].map((file) => join(dirname(search), file));
      const args = [join(folder, name), ...input, endpoint];
      const child = fork(workerUrl(import.meta.url, "./process.js"), args, {
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      children.push(child);
      await answerOf(child);
      return child;
    };
    const [told, silent] = [await start("told", sink.endpoint), await start("silent", "-")];
    const cost = async (child: ChildProcess, seed: number) => {
      child.send(seed);
      return (await answerOf(child)) as RunCost;
    };
    const pairs: { told: RunCost; silent: RunCost }[] = [];
    // The first pair opens what stays open.
    for (let pair = 0; pair <= PAIRS; pair++) {
      const first = pair % 2 === 0 ? await cost(told, pair) : undefined;
      const other = await cost(silent, pair);
      const costs = { told: first ?? (await cost(told, pair)), silent: other };
      if (pair > 0) pairs.push(costs);
      if (!options.json) process.stderr.write(`${pair}: ${costs.told.cpuSeconds} s and ${other.cpuSeconds} s of CPU\n`);
    }
    const ratios = (of: (cost: RunCost) => number) => pairs.map((pair) => of(pair.told) / of(pair.silent) - 1);
    const round = (value: number) => Number(value.toFixed(4));
    const cpu = ratios(({ cpuSeconds }) => cpuSeconds).sort((a, b) => a - b);
    return {
      bench: "telemetry",
      overheadShare: round(median(cpu)),
      middleHalf: [cpu[Math.floor(PAIRS / 4)], cpu[Math.floor((3 * PAIRS) / 4)]].map((value) => round(value ?? 0)),
      overheadShareByTheClock: round(median(ratios(({ seconds }) => seconds))),
      cpuSecondsOfRun: round(median(pairs.map(({ silent }) => silent.cpuSeconds))),
      sentBytes: sink.bytes(),
      pairs: PAIRS,
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
