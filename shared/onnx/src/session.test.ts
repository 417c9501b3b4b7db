import { describe, expect, it } from "vitest";
import { createGraphBuilder } from "./graph-builder.js";
import { openSession, Tensor } from "./session.js";

/** y = alpha · x wᵀ and the larger half of each row of y, for any number of rows. */
function build(): Uint8Array {
  const graph = createGraphBuilder("example");
  const x = graph.input("x", "float32", ["rows", 3]);
  const w = graph.constant(
    "float32",
    [4, 3],
    Float32Array.from({ length: 12 }, (_, i) => i),
  );
  const y = graph.node("Gemm", [x, w], { alpha: { float: 0.5 }, transB: 1 });
  const [values, indices] = graph.nodes("TopK", [y, graph.constant("int64", [1], BigInt64Array.of(2n))], 2, {
    axis: -1,
  });
  graph.output("y", y, "float32", ["rows", 4]);
  graph.output("values", values as string, "float32", ["rows", 2]);
  graph.output("places", graph.node("Cast", [indices as string], { to: 6 }), "int32", ["rows", 2]);
  graph.output("turned", graph.node("Transpose", [y], { perm: [1, 0] }), "float32", [4, "rows"]);
  return graph.build();
}

describe("models written here", () => {
  it("run in ONNX Runtime: attributes of every kind, constants, several outputs, a size known late", async () => {
    const session = await openSession(build());
    expect(session.inputNames).toEqual(["x"]);
    const results = await session.run({ x: new Tensor("float32", Float32Array.of(1, 0, 0, 1, 1, 1), [2, 3]) });
    const found = (name: string) => Array.from(results[name]?.data as Float32Array | Int32Array);
    expect(found("y")).toEqual([0, 1.5, 3, 4.5, 1.5, 6, 10.5, 15]);
    expect(found("values")).toEqual([4.5, 3, 15, 10.5]);
    expect(found("places")).toEqual([3, 2, 3, 2]);
    expect(found("turned")).toEqual([0, 1.5, 1.5, 6, 3, 10.5, 4.5, 15]);
    await session.release();
  });

  it("are the same bytes every time", () => {
    expect(Buffer.from(build()).equals(build())).toBe(true);
  });

  it("that are wrong are refused when they are opened", async () => {
    const graph = createGraphBuilder("wrong");
    graph.output("y", graph.node("NoSuchOperator", [graph.input("x", "float32", [1])]), "float32", [1]);
    await expect(openSession(graph.build())).rejects.toThrow("NoSuchOperator");
  });

  it("give the same bits without a memory arena", async () => {
    const x = new Tensor(
      "float32",
      Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)),
      [10, 3],
    );
    const outputs = await Promise.all(
      [true, false].map(
        async (memoryArena) => (await (await openSession(build(), { memoryArena })).run({ x })).y?.data,
      ),
    );
    expect(outputs[1]).toEqual(outputs[0]);
  });
});
