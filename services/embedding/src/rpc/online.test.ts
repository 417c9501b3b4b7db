import type { WorkerPool } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import type { Tasks } from "../tasks/worker.js";
import { createOnlineEmbedder } from "./online.js";

/** A pool whose vector of a text is its length; it notes what it was given. */
function poolOf(fail = false) {
  const runs: string[][] = [];
  const pool = {
    run: async (_: string, { texts }: { texts: string[] }) => {
      runs.push([...texts]);
      if (fail) throw new Error("no model");
      const vectors = Float32Array.from(texts, (text) => text.length);
      return { vectors: new Uint8Array(vectors.buffer), dimensions: 1 };
    },
    close: async () => {},
  } as unknown as WorkerPool<Tasks>;
  return { pool, runs };
}

const model = (sha256: string) => ({ kind: "onnx" as const, path: "", sha256 });
const never = new AbortController().signal;
const values = ({ vectors }: { vectors: Uint8Array }) => [...new Float32Array(new Uint8Array(vectors).buffer)];

describe("the online embedder", () => {
  it("runs callers of one model within the window as one task, and gives each its own rows", async () => {
    const { pool, runs } = poolOf();
    const online = createOnlineEmbedder(pool, { windowMs: 20, maxTexts: 100 });
    const answers = await Promise.all([
      online.embed(model("a"), ["x", "xx"], never),
      online.embed(model("b"), ["xxxx"], never),
      online.embed(model("a"), [], never),
      online.embed(model("a"), ["xxx"], never),
    ]);
    expect(answers.map(values)).toEqual([[1, 2], [4], [], [3]]);
    expect(runs.sort()).toEqual([["x", "xx", "xxx"], ["xxxx"]]);
  });

  it("does not wait for the window once there is enough", async () => {
    const { pool } = poolOf();
    const online = createOnlineEmbedder(pool, { windowMs: 60_000, maxTexts: 3 });
    const answers = await Promise.all(["x", "xx", "xxx"].map((text) => online.embed(model("a"), [text], never)));
    expect(answers.map(values)).toEqual([[1], [2], [3]]);
  });

  it("lets a caller go without its texts being embedded, and the others keep theirs", async () => {
    const { pool, runs } = poolOf();
    const online = createOnlineEmbedder(pool, { windowMs: 20, maxTexts: 100 });
    const gone = new AbortController();
    const first = online.embed(model("a"), ["x"], gone.signal);
    const second = online.embed(model("a"), ["xx"], never);
    gone.abort(new Error("deadline"));
    await expect(first).rejects.toThrow("deadline");
    await expect(online.embed(model("a"), ["xxx"], gone.signal)).rejects.toThrow("deadline");
    expect(values(await second)).toEqual([2]);
    expect(runs).toEqual([["xx"]]);
  });

  it("tells every caller of a batch when it fails", async () => {
    const { pool } = poolOf(true);
    const online = createOnlineEmbedder(pool, { windowMs: 1, maxTexts: 100 });
    const answers = await Promise.allSettled(["x", "y"].map((text) => online.embed(model("a"), [text], never)));
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
