import { createGraphBuilder, openSession, Tensor } from "@climb/onnx";

/** Multiplies float32 matrices as fast as this runtime can, to hold other figures against. */
export interface SgemmPeak {
  /** Multiplies for about so long; returns 10⁹ operations a second on one thread. */
  stretch(ms: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a product of two n × n matrices; at 768 they stay in the caches and the kernel is as busy as it gets. */
export async function openSgemmPeak(now: () => number, n = 768): Promise<SgemmPeak> {
  const graph = createGraphBuilder("sgemm");
  const a = graph.input("a", "float32", [n, n]);
  const b = graph.input("b", "float32", [n, n]);
  graph.output("c", graph.node("Gemm", [a, b], { transB: 1 }), "float32", [n, n]);
  const session = await openSession(graph.build());
  const values = Float32Array.from({ length: n * n }, (_, i) => ((i * 31) % 17) - 8);
  const feeds = { a: new Tensor("float32", values, [n, n]), b: new Tensor("float32", values, [n, n]) };
  const fetches = { c: new Tensor("float32", new Float32Array(n * n), [n, n]) };
  await session.run(feeds, fetches);
  return {
    async stretch(ms) {
      const start = now();
      let products = 0;
      do {
        await session.run(feeds, fetches);
        products++;
      } while (now() - start < ms);
      return (products * 2 * n ** 3) / (now() - start) / 1e6;
    },
    close: () => session.release(),
  };
}
