import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Process, Queue } from "@climb/proto/system/v1/system_service";
import { describe, expect, it } from "vitest";
import { checkMachine, checkSuite, cores, folder, memory, nodeVersion } from "./doctor.js";
import { checkQueues } from "./doctor-queues.js";
import { startSuite } from "./suite.js";

describe("climb doctor", () => {
  it("finds that the machine of these tests can run Climb, and leaves no data directory behind", async () => {
    const place = join(tmpdir(), `climb-doctor-${process.pid}`);
    const checks = await checkMachine(join(place, "data"));
    expect(checks.filter(({ state }) => state === "fail")).toEqual([]);
    expect(checks.find(({ name }) => name === "ONNX Runtime")?.said).toMatch(/providers: .*cpu/);
    expect(existsSync(place)).toBe(false);
  });

  it("says of versions, cores and memory what they mean", () => {
    expect(nodeVersion("18.20.1")).toMatchObject({ state: "fail", said: "18.20.1 is too old, expected 20 to 24" });
    expect(nodeVersion("20.20.2").state).toBe("warn");
    expect(nodeVersion("24.1.0").state).toBe("pass");
    expect(nodeVersion("99.0.0")).toMatchObject({ state: "warn" });
    expect([cores(1).state, cores(2).state]).toEqual(["warn", "pass"]);
    expect([memory(2e9).state, memory(24e9).state]).toEqual(["warn", "pass"]);
  });

  it("fails where a data directory cannot be", async () => {
    const place = mkdtempSync(join(tmpdir(), "climb-doctor-"));
    const file = join(place, "file");
    writeFileSync(file, "");
    expect(await folder("data directory", join(file, "data"))).toMatchObject({ state: "fail" });
    expect(await folder("data directory", place)).toMatchObject({
      name: "data directory",
      said: expect.stringMatching(/GB free/),
    });
    rmSync(place, { recursive: true });
  });

  it("warns of queues that nobody takes, and of jobs that were given up", () => {
    const queue = (name: string, waiting: bigint, deadLetters = 0n) =>
      Queue.fromPartial({ name, waiting, deadLetters });
    const process = Process.fromPartial({ queues: [{ queue: "run", atOnce: 2 }] });
    expect(checkQueues([queue("run", 5n), queue("tokens", 0n)], [process])).toMatchObject({
      state: "pass",
      said: "5 jobs wait, 0 are in hand, none was given up",
    });
    expect(checkQueues([queue("run", 5n), queue("tokens", 1n)], [process])).toMatchObject({
      state: "warn",
      said: "no process takes tokens, where jobs wait",
    });
    expect(checkQueues([queue("run", 0n, 3n)], [process])).toMatchObject({
      state: "warn",
      said: "3 jobs were given up: see climb system",
    });
  });

  it("asks every service of a running suite, and says which does not answer", async () => {
    const place = mkdtempSync(join(tmpdir(), "climb-doctor-"));
    const suite = await startSuite({ dataDir: place, port: 0, logLevel: "silent" });
    const checks = await checkSuite(suite.address, 30_000);
    await suite.close();
    expect(checks.map(({ state }) => state)).toEqual(Array(6).fill("pass"));
    expect(checks.at(-1)).toMatchObject({ name: "queues", said: expect.stringMatching(/none was given up$/) });
    const gone = await checkSuite(suite.address, 500);
    expect(gone.map(({ state }) => state)).toEqual(Array(6).fill("fail"));
    expect(gone.find(({ name }) => name === "SearchService")?.said).toBeTruthy();
    rmSync(place, { recursive: true });
  });
});
