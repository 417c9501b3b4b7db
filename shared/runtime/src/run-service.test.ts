import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { workerUrl } from "./workers.js";

const module = (name: string) => JSON.stringify(workerUrl(import.meta.url, `./${name}.js`).href);

/** Runs a process whose start is the given code; sends signals when it prints "ready"; returns its code and output. */
async function run(start: string, options: { signals?: NodeJS.Signals[]; graceMs?: number } = {}) {
  const code = `
    import { createLifecycle } from ${module("lifecycle")};
    import { createLogger } from ${module("logging")};
    import { runService } from ${module("run-service")};
    import { ServiceError } from ${module("errors")};
    const lifecycle = createLifecycle();
    const logger = createLogger({ service: "test", level: "info" });
    const say = (text) => process.stdout.write(text + "\\n");
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const forever = setInterval(() => {}, 1000);
    await runService({ logger, lifecycle, graceMs: ${options.graceMs ?? 5000}, start: async () => { ${start} } });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const signals = [...(options.signals ?? [])];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    if (String(chunk).includes("ready")) child.kill(signals.shift());
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { exitCode, stdout: stdout.trim().split("\n"), stderr };
}

it.each(["SIGTERM", "SIGINT"] as const)("%s closes in order and ends with code 0", async (signal) => {
  const { exitCode, stdout } = await run(
    `lifecycle.onClose("store", () => say("store"));
     lifecycle.onClose("server", async () => { await sleep(20); say("server"); });
     say("ready");`,
    { signals: [signal] },
  );
  expect(exitCode).toBe(0);
  expect(stdout).toEqual(["ready", "server", "store"]);
});

it("a close that never ends is cut at the deadline with code 1", async () => {
  const { exitCode, stderr } = await run(`lifecycle.onClose("hangs", () => sleep(1e6)); say("ready");`, {
    signals: ["SIGTERM"],
    graceMs: 100,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("not everything closed within 100 ms");
});

it("a second signal ends at once", async () => {
  const begun = performance.now();
  const { exitCode } = await run(
    `lifecycle.onClose("hangs", () => { say("ready"); return sleep(1e6); }); say("ready");`,
    {
      signals: ["SIGTERM", "SIGTERM"],
      graceMs: 20_000,
    },
  );
  expect(exitCode).toBe(1);
  expect(performance.now() - begun).toBeLessThan(5000);
});

it("a failed start closes what was open, says why in one line, and ends with code 1", async () => {
  const { exitCode, stdout, stderr } = await run(
    `lifecycle.onClose("store", () => say("store"));
     throw new ServiceError("unavailable", "PEER_UNREACHABLE", "no NATS server answers at nats://nowhere");`,
  );
  expect(exitCode).toBe(1);
  expect(stdout).toEqual(["store"]);
  const fatal = stderr.split("\n").filter((line) => line.includes('"fatal"'));
  expect(fatal.map((line) => JSON.parse(line).msg)).toEqual([
    "could not start: no NATS server answers at nats://nowhere",
  ]);
  expect(stderr).not.toContain("    at ");
});

it("a signal during a start that hangs is heard, and its code is 0", async () => {
  const { exitCode, stdout } = await run(
    `lifecycle.onClose("store", () => say("store"));
     say("ready");
     await new Promise((_, reject) => lifecycle.signal.addEventListener("abort", () => reject(new Error("stopped"))));`,
    { signals: ["SIGTERM"] },
  );
  expect(exitCode).toBe(0);
  expect(stdout).toEqual(["ready", "store"]);
});

it("a rejection that nobody handled closes in order and ends with code 1", async () => {
  const { exitCode, stdout, stderr } = await run(
    `lifecycle.onClose("store", () => say("store")); void Promise.reject(new TypeError("forgotten"));`,
  );
  expect(exitCode).toBe(1);
  expect(stdout).toEqual(["store"]);
  expect(stderr).toContain("forgotten");
});
