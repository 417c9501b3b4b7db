import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workerUrl } from "@climb/runtime";
import { createTestCa } from "@climb/testkit";
import { credentials } from "@grpc/grpc-js";
import type { BenchOptions } from "../options.js";
import { startCollector } from "./collector.js";
import { compare } from "./load.js";
import { CALLS, type Ports } from "./messages.js";

/**
 * A bare server of grpc-js with TLS and ours, with TLS, tokens, limits, the contract's rules and telemetry that is sent, in
 * turn: how long calls take one after the other, and how many a second there are with 32 at once.
 */
export async function benchRpc({ requests = "4000" }: BenchOptions): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "climb-rpc-"));
  const children: ChildProcess[] = [];
  const collector = await startCollector();
  try {
    const ca = await createTestCa();
    await ca.write(folder, "server");
    const start = async (which: "bare" | "ours") => {
      const args = [which, folder, collector.endpoint];
      const child = fork(workerUrl(import.meta.url, "./server.js"), args, { stdio: "inherit" });
      children.push(child);
      const [said] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [Ports | number];
      if (typeof said !== "object") throw new Error(`the ${which} server ended with ${said}`);
      return { address: `127.0.0.1:${said.port}`, cpuMs: () => cpuMsOf(child.pid ?? 0) };
    };
    const servers = { bare: await start("bare"), ours: await start("ours") };
    const tls = credentials.createSsl(await readFile(join(folder, "ca.pem")));
    const figures: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(CALLS))
      figures[name] = await compare(servers, tls, call, Number(requests));
    return { bench: "rpc", ...figures, spans: collector.exports() };
  } finally {
    for (const child of children) child.kill();
    collector.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** User and system time of a process; the kernel counts it in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
