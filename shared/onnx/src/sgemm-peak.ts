import { createGraphBuilder } from "./graph-builder.js";
import { openSession, Tensor } from "./session.js";

/** The fastest of several float32 products of two n × n matrices on one thread, in 10⁹ operations a second. */
export async function measureSgemmPeak(now: () => number, n = 768, repeats = 12): Promise<number> {
  const graph = createGraphBuilder("sgemm");
  const a = graph.input("a", "float32", [n, n]);
  const b = graph.input("b", "float32", [n, n]);
  graph.output("c", graph.node("MatMul", [a, b]), "float32", [n, n]);
  const session = await openSession(graph.build());
  const values = Float32Array.from({ length: n * n }, (_, i) => ((i * 31) % 17) - 8);
  const feeds = { a: new Tensor("float32", values, [n, n]), b: new Tensor("float32", values, [n, n]) };
  const fetches = { c: new Tensor("float32", new Float32Array(n * n), [n, n]) };
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repeats; i++) {
    const start = now();
    await session.run(feeds, fetches);
    best = Math.min(best, now() - start);
  }
  await session.release();
  return (2 * n ** 3) / best / 1e6;
}
