import type { Matrix } from "./matrix.js";
import { createKernel, doWhile, f64x2, i32, type Kernel, type Local, v128, wasmFunction } from "./wasm/index.js";

const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
/** Rows that are added together: each entry of the result is then loaded and stored a quarter as often. */
const ROWS = 4;

/**
 * Adds to the lower triangle of the result what {@link ROWS} rows give, two entries of a row at a time; the entry beside
 * the diagonal may be touched too. A row of the matrix and of the result has `rowBytes`.
 */
const addGram = wasmFunction("addGram", ["i32", "i32", "i32"], ([first, rowBytes, result], local) => {
  const at = Array.from({ length: ROWS }, () => local("i32"));
  const factors = at.map(() => local("v128"));
  const [column, columnsEnd, entry, diagonal] = [local("i32"), local("i32"), local("i32"), local("i32")];
  const product = (r: number) =>
    f64x2.multiply((factors[r] as Local).get, v128.load(i32.add((at[r] as Local).get, column.get)));
  const pair = (r: number) => f64x2.add(product(r), product(r + 1));
  return [
    ...at.map((row, r) => row.set(r === 0 ? first.get : i32.add((at[r - 1] as Local).get, rowBytes.get))),
    diagonal.set(i32.constant(0)),
    doWhile(
      [
        ...factors.map((factor, r) => factor.set(v128.load64Twice(i32.add((at[r] as Local).get, diagonal.get)))),
        column.set(i32.constant(0)),
        columnsEnd.set(i32.add(diagonal.get, i32.constant(1))),
        doWhile(
          [
            entry.set(i32.add(result.get, column.get)),
            v128.store(entry.get, f64x2.add(v128.load(entry.get), f64x2.add(pair(0), pair(2)))),
            column.set(i32.add(column.get, i32.constant(2 * DOUBLE))),
          ],
          i32.lessThan(column.get, columnsEnd.get),
        ),
        result.set(i32.add(result.get, rowBytes.get)),
        diagonal.set(i32.add(diagonal.get, i32.constant(DOUBLE))),
      ],
      i32.lessThan(diagonal.get, rowBytes.get),
    ),
  ];
});

let kernel: Kernel<"addGram"> | undefined;

/** aᵀ a, of shape (cols, cols). */
export function gram({ rows, cols, data }: Matrix): Matrix {
  const [width, height] = [Math.ceil(cols / 2) * 2, Math.ceil(rows / ROWS) * ROWS];
  const result: Matrix = { rows: cols, cols, data: new Float64Array(cols * cols) };
  if (width * height === 0) return result;
  kernel ??= createKernel([addGram]);
  const memory = new Float64Array(kernel.memory((height + width) * width * DOUBLE), 0, (height + width) * width);
  memory.fill(0, width * rows);
  for (let r = 0; r < rows; r++) {
    memory.set(data.subarray(r * cols, (r + 1) * cols), r * width);
    if (width > cols) memory[r * width + cols] = 0;
  }
  const out = height * width;
  for (let r = 0; r < height; r += ROWS) kernel.call.addGram(r * width * DOUBLE, width * DOUBLE, out * DOUBLE);
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j <= i; j++) {
      const value = memory[out + i * width + j] as number;
      result.data[i * cols + j] = value;
      result.data[j * cols + i] = value;
    }
  }
  return result;
}
