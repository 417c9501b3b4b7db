import { setTimeout as sleep } from "node:timers/promises";
import { createWorkerPool } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import type { FixtureTasks } from "./fixtures/worker.js";

const url = new URL("../dist/src/fixtures/worker.js", import.meta.url);
/** Three seconds or more on any machine. */
const LONG = { n: 1024, times: 100 };

// A thread that is ended in the middle of a run takes the whole process with it, these tests included.
describe("a run in ONNX Runtime whose thread is to be ended", () => {
  it("is waited for by the pool, and by nobody else", async () => {
    const pool = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const enough = new AbortController();
    const options = { signal: enough.signal, onProgress: () => enough.abort(new Error("enough")) };
    await expect(pool.run("multiply", LONG, options)).rejects.toThrow("enough");
    await pool.run("multiply", { n: 2, times: 1 });
    await pool.close();
  });

  it("comes back before its pool is closed", async () => {
    const pool = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const begun = new Promise<void>((resolve, reject) => {
      pool.run("multiply", LONG, { onProgress: () => resolve() }).catch(reject);
    });
    await begun;
    // By now it is in the middle of the run.
    await sleep(300);
    await pool.close();
  });
});
