import { FRACTIONS, LEAST_EXPONENT, ROUNDING } from "./powers.js";
import {
  createKernel,
  doWhile,
  f64x2,
  i32,
  i32x4,
  i64x2,
  type Kernel,
  type Local,
  v128,
  wasmFunction,
} from "./wasm/index.js";

/** Numbers x in columns, of which powers are made again and again. */
export interface PowerColumns {
  rows: number;
  /** For each row start + Σ_j 2^(factor · x_j + shifts_j), to the bit what fastExp2 gives, added column by column. */
  sums(factor: number, shifts: Float64Array, start: number): Float64Array;
}

const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
const SHIFTS_AT = FRACTIONS.byteLength;

/** 2^x of two numbers as {@link fastExp2} makes it. @param scaled x in steps of the table; @param shifted room for a step */
function power(scaled: Local, shifted: Local, rest: Local) {
  const steps = FRACTIONS.length;
  const series = [1 / 24, 1 / 6, 1 / 2, 1, 1].reduce(
    (sum, term) => f64x2.add(f64x2.constant(term), f64x2.multiply(rest.get, sum)),
    f64x2.constant(1 / 120),
  );
  const fraction = (lane: number) =>
    i32.shiftLeft(i32.and(i32x4.extract(shifted.get, lane), i32.constant(steps - 1)), i32.constant(Math.log2(DOUBLE)));
  const whole = v128.and(shifted.get, i64x2.constant(BigInt(-steps)));
  return {
    prepare: [
      shifted.set(f64x2.add(scaled.get, f64x2.constant(ROUNDING))),
      rest.set(
        f64x2.multiply(
          f64x2.subtract(scaled.get, f64x2.subtract(shifted.get, f64x2.constant(ROUNDING))),
          f64x2.constant(Math.LN2 / steps),
        ),
      ),
    ],
    // Whole powers of two are added to the exponents, which begin at bit 52.
    value: i64x2.add(
      f64x2.multiply(v128.load64Pair(fraction(0), fraction(2)), series),
      i64x2.shiftLeft(whole, 52 - Math.log2(steps)),
    ),
  };
}

/** Two rows at a time. Lengths are in bytes; there must be a row and a column. */
const sums = wasmFunction(
  "sums",
  ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
  ([columns, columnBytes, shiftsEnd, result, resultEnd, factor, start], local) => {
    const [at, shift] = [local("i32"), local("i32")];
    const [total, scaled, shifted, rest] = [local("v128"), local("v128"), local("v128"), local("v128")];
    const { prepare, value } = power(scaled, shifted, rest);
    const exponent = f64x2.add(f64x2.multiply(f64x2.splat(factor.get), v128.load(at.get)), v128.load64Twice(shift.get));
    const bounded = f64x2.greatest(
      f64x2.least(exponent, f64x2.constant(-LEAST_EXPONENT)),
      f64x2.constant(LEAST_EXPONENT),
    );
    const row = [
      total.set(f64x2.splat(start.get)),
      at.set(columns.get),
      shift.set(i32.constant(SHIFTS_AT)),
      doWhile(
        [
          scaled.set(f64x2.multiply(bounded, f64x2.constant(FRACTIONS.length))),
          ...prepare,
          total.set(f64x2.add(total.get, value)),
          at.set(i32.add(at.get, columnBytes.get)),
          shift.set(i32.add(shift.get, i32.constant(DOUBLE))),
        ],
        i32.lessThan(shift.get, shiftsEnd.get),
      ),
      v128.store(result.get, total.get),
      columns.set(i32.add(columns.get, i32.constant(2 * DOUBLE))),
      result.set(i32.add(result.get, i32.constant(2 * DOUBLE))),
    ];
    return [doWhile(row, i32.lessThan(result.get, resultEnd.get))];
  },
);

let kernel: Kernel<"sums"> | undefined;
/** Whose columns are in the kernel's memory. */
let loaded: PowerColumns | undefined;

/** @param columns entry j · rows + r is x_j of row r; it must not change afterwards */
export function powerColumns(columns: Float64Array, rows: number): PowerColumns {
  const count = rows > 0 ? columns.length / rows : 0;
  const even = rows + (rows % 2);
  const resultAt = SHIFTS_AT + DOUBLE * count;
  const columnsAt = resultAt + DOUBLE * even;
  const load = (memory: ArrayBuffer) => {
    for (let j = 0; j < count; j++) {
      new Float64Array(memory, columnsAt + j * even * DOUBLE, rows).set(columns.subarray(j * rows, (j + 1) * rows));
    }
  };
  const self: PowerColumns = {
    rows,
    sums(factor, shifts, start) {
      if (count === 0) return new Float64Array(rows).fill(start);
      if (!kernel) {
        kernel = createKernel([sums]);
        new Float64Array(kernel.memory(0), 0, FRACTIONS.length).set(FRACTIONS);
      }
      const memory = kernel.memory(columnsAt + count * even * DOUBLE);
      if (loaded !== self) load(memory);
      loaded = self;
      new Float64Array(memory, SHIFTS_AT, count).set(shifts);
      kernel.call.sums(columnsAt, even * DOUBLE, resultAt, resultAt, resultAt + even * DOUBLE, factor, start);
      return new Float64Array(memory, resultAt, rows).slice();
    },
  };
  return self;
}
