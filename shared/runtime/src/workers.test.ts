import { afterAll, describe, expect, it } from "vitest";
import { ServiceError } from "./errors.js";
import type { FixtureTasks } from "./fixtures/worker.js";
import { createWorkerPool, workerUrl } from "./workers.js";

const url = workerUrl(import.meta.url, "./fixtures/worker.js");
const pool = createWorkerPool<FixtureTasks>({ url, size: 2 });
afterAll(() => pool.close());

/** Aborts when the task has said that it runs. */
function abortOnProgress() {
  const controller = new AbortController();
  return { signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) };
}

describe("a worker pool", () => {
  it("answers every task, more of them than threads", async () => {
    const values = Array.from({ length: 20 }, (_, value) => value);
    const doubled = await Promise.all(values.map((value) => pool.run("double", value)));
    expect(doubled).toEqual(values.map((value) => value * 2));
  });

  it("runs no more threads than its size and takes tasks in order", async () => {
    const one = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const order: number[] = [];
    const ids = await Promise.all([1, 2, 3].map((n) => one.run("threadId", undefined).finally(() => order.push(n))));
    await one.close();
    expect(new Set(ids).size).toBe(1);
    expect(order).toEqual([1, 2, 3]);
  });

  it("reports progress before the result", async () => {
    const seen: number[] = [];
    await pool.run("count", 5, { onProgress: (n) => seen.push(n) });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("lets a task wait until what it hands over was taken", async () => {
    const taken: string[] = [];
    const sizes = await pool.run("handOver", 3, {
      onProgress: async (part) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        taken.push(part);
      },
    });
    expect(taken).toEqual(["part 0", "part 1", "part 2"]);
    expect(sizes).toBe("all taken");
  });

  it("rejects a task with what its receiver failed of, and its thread goes on", async () => {
    const one = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const full = async () => {
      throw new Error("the store is full");
    };
    await expect(one.run("handOver", 1000, { onProgress: full })).rejects.toThrow("the store is full");
    expect(await one.run("double", 4)).toBe(8);
    await one.close();
  });

  it("stops a synchronous loop that looks at the flag, and rejects with the signal's reason", async () => {
    await expect(pool.run("waitForAbort", undefined, abortOnProgress())).rejects.toThrow("enough");
  });

  it("ends the thread of a task that does not look, and goes on with a new one", async () => {
    const begun = performance.now();
    await expect(pool.run("hang", undefined, abortOnProgress())).rejects.toThrow("enough");
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(await pool.run("double", 4)).toBe(8);
  });

  it("does not end a thread in native code, and does not wait for it either", async () => {
    const one = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const before = await one.run("threadId", undefined);
    const begun = performance.now();
    await expect(one.run("native", 3500, abortOnProgress())).rejects.toThrow("enough");
    expect(performance.now() - begun).toBeLessThan(3400);
    expect(await one.run("threadId", undefined)).toBe(before);
    await one.close();
  });

  it("takes a waiting task out of the queue when it is aborted", async () => {
    const one = createWorkerPool<FixtureTasks>({ url, size: 1 });
    const stop = abortOnProgress();
    const running = one.run("waitForAbort", undefined, stop);
    const waiting = one.run("double", 1, { signal: stop.signal });
    await expect(waiting).rejects.toThrow("enough");
    await expect(running).rejects.toThrow("enough");
    await one.close();
  });

  it("refuses a task whose signal has aborted before", async () => {
    await expect(pool.run("threadId", undefined, { signal: AbortSignal.abort(new Error("late")) })).rejects.toThrow(
      "late",
    );
  });

  it("rejects the task of a thread that exits, and replaces the thread", async () => {
    await expect(pool.run("exit", 7)).rejects.toThrow("ended with code 7 in the middle of its task");
    expect(await pool.run("double", 3)).toBe(6);
  });

  it("rejects the task of a thread that runs out of memory, and lives on", async () => {
    const small = createWorkerPool<FixtureTasks>({
      url,
      size: 1,
      resourceLimits: { maxOldGenerationSizeMb: 24 },
    });
    await expect(small.run("fillHeap", undefined)).rejects.toMatchObject({ code: "ERR_WORKER_OUT_OF_MEMORY" });
    expect(await small.run("double", 5)).toBe(10);
    await small.close();
  });

  it("brings a ServiceError back with its kind, reason and metadata", async () => {
    const error = await pool.run("throw", true).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ kind: "invalid", reason: "RECORD_INVALID", metadata: { line: "3" } });
  });

  it("brings any other error back with its text and its stack in the worker", async () => {
    const error = (await pool.run("throw", false).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toBe("not a number");
    expect(error.stack).toContain("fixtures/worker");
  });

  it("rejects what cannot pass between threads, in either direction, and keeps its threads", async () => {
    const uncopied = (() => 1) as unknown as number;
    await expect(pool.run("double", uncopied)).rejects.toThrow("could not be cloned");
    await expect(pool.run("answerFunction", undefined)).rejects.toThrow("could not be cloned");
    const many = await Promise.all([1, 2, 3].map((value) => pool.run("double", value)));
    expect(many).toEqual([2, 4, 6]);
  });

  it("moves transferred buffers instead of copying them", async () => {
    const buffer = new ArrayBuffer(8);
    await pool.run("take", buffer, { transfer: [buffer] });
    expect(buffer.byteLength).toBe(0);
  });

  it("rejects running and waiting tasks when it is closed", async () => {
    const one = createWorkerPool<FixtureTasks>({ url, size: 1 });
    let running: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => {
      running = one.run("hang", undefined, { onProgress: () => begun() });
    });
    const waiting = one.run("double", 1);
    const ends = await Promise.allSettled([running, waiting, one.close()]);
    expect(ends.map((end) => end.status === "rejected" && end.reason.message)).toEqual([
      "the worker pool was closed",
      "the worker pool was closed",
      false,
    ]);
    await expect(one.run("double", 1)).rejects.toThrow("the worker pool is closed");
  });

  it("refuses to have no thread", () => {
    expect(() => createWorkerPool({ url, size: 0 })).toThrow("expected at least 1");
  });
});

describe("workerUrl", () => {
  it("maps sources to what was built from them", () => {
    expect(workerUrl("file:///home/me/services/x/src/pool.ts", "./worker.js").pathname).toBe(
      "/home/me/services/x/dist/worker.js",
    );
    expect(workerUrl("file:///src/climb/x/src/tasks/pool.ts", "../worker.js").pathname).toBe(
      "/src/climb/x/dist/worker.js",
    );
  });

  it("leaves compiled code alone, also below a folder called src", () => {
    const base = "file:///usr/src/app/services/x/dist/pool.js";
    expect(workerUrl(base, "./worker.js").pathname).toBe("/usr/src/app/services/x/dist/worker.js");
  });
});
