import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type NatsServer,
  type ServiceProcesses,
  startNatsServer,
  startServices,
  type TemporaryDirectory,
  temporaryDirectory,
  writeSmallSearch,
} from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNoRunTwice } from "../e2e/once.js";
import { climb } from "../e2e/processes.js";
import { mountSmallDisk } from "./small-disk.js";

let folder: TemporaryDirectory;
let search: string;
let undisturbed: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  search = writeSmallSearch(join(folder.path, "input"), 40_000);
  const out = join(folder.path, "undisturbed-out");
  const data = join(folder.path, "undisturbed");
  const whole = await climb(["--data-dir", data, "run", search, "--out", out]).finished;
  expect(whole, whole.stderr).toMatchObject({ code: 0 });
  undisturbed = readFileSync(join(out, "mixture.json"), "utf8");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** What a fault may disturb. */
interface Suite {
  nats: NatsServer;
  services: ServiceProcesses;
  /** Resolves when the search has come to a stage, by what the services log; false if it ended before. */
  reached(kind: string, ended: number): Promise<boolean>;
}

/** Runs one search while something fails, and expects the answer of the undisturbed one. */
async function survives(
  name: string,
  fault: (suite: Suite) => Promise<void>,
  startNats: () => Promise<NatsServer> = startNatsServer,
): Promise<void> {
  await using nats = await startNats();
  await using services = await startServices({
    CLIMB_NATS_URL: nats.url,
    CLIMB_ARTIFACTS_URL: `file://${join(folder.path, name, "artifacts")}`,
    CLIMB_CORPUS_ROOTS: folder.path,
    CLIMB_CHECKPOINT_MS: "500",
    CLIMB_WORKERS: "1",
  });
  const out = join(folder.path, `${name}-out`);
  const run = climb(["--address", services.address, "run", search, "--out", out]);
  let over = false;
  void run.finished.then(() => {
    over = true;
  });
  const reached = async (kind: string, ended: number) => {
    const logs = () => Object.values(services.logs).join("\n");
    const count = () =>
      logs()
        .split("\n")
        .filter((line) => line.includes(`"kind":"${kind}"`) && line.includes('"msg":"work has ended"')).length;
    while (!over && count() < ended) await sleep(100);
    return !over;
  };
  await fault({ nats, services, reached });
  const { code, stderr } = await run.finished;
  const logs = Object.values(services.logs).join("\n");
  expect(code, `${stderr}\n${logs.slice(-20_000)}`).toBe(0);
  expect(readFileSync(join(out, "mixture.json"), "utf8")).toBe(undisturbed);
  expectNoRunTwice(logs);
}

async function outage({ nats }: Suite, lastsMs: number): Promise<void> {
  await nats.kill();
  await sleep(lastsMs);
  await nats.restart();
}

describe.concurrent("a search survives", () => {
  it("nats-server stopped for eight seconds, at each stage", async () => {
    await survives("stopped-8s", async (suite) => {
      for (const [kind, ended] of [
        ["embedding-set", 1],
        ["run", 1],
        ["run", 6],
      ] as const) {
        expect(await suite.reached(kind, ended)).toBe(true);
        await outage(suite, 8000);
      }
    });
  });

  it("nats-server stopped for five minutes", async () => {
    await survives("stopped-5min", async (suite) => {
      expect(await suite.reached("run", 2)).toBe(true);
      await outage(suite, 300_000);
    });
  });

  it("nats-server frozen for a minute", async () => {
    await survives("frozen", async (suite) => {
      expect(await suite.reached("run", 2)).toBe(true);
      suite.nats.signal("SIGSTOP");
      await sleep(60_000);
      suite.nats.signal("SIGCONT");
    });
  });

  it("nats-server killed and started again at once, ten times", async () => {
    await survives("restarted", async (suite) => {
      for (let i = 0; i < 10; i++) {
        await sleep(1500);
        await outage(suite, 0);
      }
    });
  });

  it("a full disk under nats-server, until it has room and is started again", async () => {
    await using disk = await mountSmallDisk(join(folder.path, "small-disk"), 64 * 1024 * 1024);
    const startNats = () => startNatsServer({ runner: disk.runner, storage: disk.folder });
    await survives(
      "full-disk",
      async (suite) => {
        expect(await suite.reached("run", 2)).toBe(true);
        await disk.fill();
        await sleep(20_000);
        await disk.free();
        await outage(suite, 0);
      },
      startNats,
    );
  });

  it("a coordinator killed at each of its steps", async () => {
    await survives("coordinator", async ({ services, reached }) => {
      const coordinator = services.of("search-coordinator");
      for (const [kind, ended] of [
        ["embedding-set", 1],
        ["domain-set", 1],
        ["token-set", 1],
        ["target-statistics", 1],
        ["run", 1],
        ["run", 6],
        ["predictor", 1],
        ["run", 9],
        ["predictor", 2],
      ] as const) {
        if (!(await reached(kind, ended))) break;
        await coordinator.end("SIGKILL");
        await coordinator.start();
      }
    });
  });

  it("a worker frozen longer than its lease", async () => {
    await survives("frozen-worker", async ({ services, reached }) => {
      expect(await reached("run", 1)).toBe(true);
      const worker = services.of("proxy-training");
      const other = await services.add("proxy-training", { CLIMB_ROLE: "worker" });
      worker.signal("SIGSTOP");
      await sleep(75_000);
      worker.signal("SIGCONT");
      expect(other.logs).toContain("work goes on");
    });
  });
});
