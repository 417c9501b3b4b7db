import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workerUrl } from "@climb/runtime";
import { createTestCa } from "@climb/testkit";
import { credentials } from "@grpc/grpc-js";
import { startCollector } from "./collector.js";
import { compare } from "./load.js";
import { CALLS, type Ports } from "./messages.js";

/**
 * A bare server of grpc-js with TLS and ours, with TLS, tokens, limits, the contract's rules and telemetry that is sent, in
 * turn: how long calls take one after the other, and how many a second there are with 32 at once.
 */
export async function benchRpc(): Promise<Record<string, unknown>> {
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
      return `127.0.0.1:${said.port}`;
    };
    const addresses = { bare: await start("bare"), ours: await start("ours") };
    const tls = credentials.createSsl(await readFile(join(folder, "ca.pem")));
    const figures: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(CALLS)) figures[name] = await compare(addresses, tls, call);
    return { bench: "rpc", ...figures, spans: collector.exports() };
  } finally {
    for (const child of children) child.kill();
    collector.close();
    await rm(folder, { recursive: true, force: true });
  }
}
