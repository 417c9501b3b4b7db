import { fromRows, type Matrix, multiply, seeded, symmetricEigen, transpose } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { joinRows, type SparseRows } from "../sparse.js";
import { stackRows } from "../tfidf.js";
import { openDense } from "./dense.js";
import { runSvdTask } from "./tasks.js";
import { truncatedSvd } from "./truncated-svd.js";

const options = { dimensions: 5, oversample: 8, iterations: 6, seed: 3 };

/** A sparse matrix with a falling spectrum, and the same one dense. */
function example(rows: number, cols: number, rank: number): { sparse: SparseRows; dense: Matrix } {
  const random = seeded(1);
  const factors = Array.from({ length: rank }, (_, k) => ({
    scale: 2 ** -k,
    left: Array.from({ length: rows }, () => (random.float() < 0.6 ? random.normal() : 0)),
    right: Array.from({ length: cols }, () => (random.float() < 0.6 ? random.normal() : 0)),
  }));
  const dense = fromRows(
    Array.from({ length: rows }, (_, r) =>
      Array.from({ length: cols }, (_, c) =>
        Math.fround(factors.reduce((sum, f) => sum + f.scale * (f.left[r] as number) * (f.right[c] as number), 0)),
      ),
    ),
  );
  const blocks = Array.from({ length: rows }, (_, r) => {
    const entries = Array.from(dense.data.subarray(r * cols, (r + 1) * cols), (value, c) => ({ value, c }));
    const kept = entries.filter(({ value }) => value !== 0);
    return { columns: Uint32Array.from(kept, ({ c }) => c), values: Float32Array.from(kept, ({ value }) => value) };
  });
  // Two blocks, as two shards would give.
  const half = Math.floor(rows / 2);
  return { dense, sparse: joinRows([stackRows(blocks.slice(0, half), cols), stackRows(blocks.slice(half), cols)]) };
}

describe("truncatedSvd", () => {
  it("finds the singular values of a dense decomposition", async () => {
    const { sparse, dense } = example(50, 40, 10);
    const { values } = symmetricEigen(multiply(transpose(dense), dense));
    const { singularValues } = await truncatedSvd(sparse, options);
    for (let k = 0; k < 5; k++) expect(singularValues[k]).toBeCloseTo(Math.sqrt(values[k] as number), 6);
  });
  it("gives orthonormal components that diagonalise AᵀA", async () => {
    const { sparse, dense } = example(50, 40, 10);
    const svd = await truncatedSvd(sparse, options);
    const v: Matrix = { rows: 40, cols: svd.dimensions, data: Float64Array.from(svd.components) };
    const identity = multiply(transpose(v), v);
    const image = multiply(dense, v);
    const diagonal = multiply(transpose(image), image);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        expect(identity.data[i * 5 + j]).toBeCloseTo(i === j ? 1 : 0, 5);
        const expected = i === j ? (svd.singularValues[i] as number) ** 2 : 0;
        expect(diagonal.data[i * 5 + j]).toBeCloseTo(expected, 2);
      }
    }
  });
  it("gives the same bits whatever the order of the tasks of a round", async () => {
    const { sparse } = example(60, 70, 12);
    const forward = await truncatedSvd(sparse, { ...options, dimensions: 20 });
    const dense = await openDense();
    const backward = await truncatedSvd(sparse, { ...options, dimensions: 20 }, async (state, tasks) => {
      for (const task of [...tasks].reverse()) await runSvdTask(state, task, dense);
    });
    expect(backward.components).toEqual(forward.components);
  });
  it("survives a matrix of low rank and gives fewer dimensions for a small one", async () => {
    const low = await truncatedSvd(example(30, 30, 2).sparse, options);
    expect(low.singularValues[1]).toBeGreaterThan(0.1);
    expect(low.singularValues[2]).toBeLessThan(1e-3);
    expect(low.components.every(Number.isFinite)).toBe(true);
    expect((await truncatedSvd(example(3, 30, 3).sparse, options)).dimensions).toBe(3);
  });
  it("refuses an empty matrix", async () => {
    await expect(truncatedSvd(joinRows([]), options)).rejects.toThrow("0 rows");
  });
});
