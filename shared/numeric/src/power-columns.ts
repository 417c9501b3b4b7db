import type { Matrix } from "./matrix.js";
import { FRACTIONS, INVERSES, LEAST_EXPONENT, LOGARITHMS, ROUNDING } from "./powers.js";
import {
  type Code,
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

/** Numbers that are not negative, row by row, of which powers are made again and again. */
export interface PowerColumns {
  rows: number;
  /** For each row start + Σ_j x_j^power · 2^shifts_j, to the bit what fastLog2 and fastExp2 give, column by column. */
  sums(power: number, shifts: Float64Array, start: number): Float64Array;
}

const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
const PAIR = 2 * DOUBLE;
/** In place of the logarithm of nothing: whatever it is multiplied by, no power of it counts. */
export const LOG_OF_NOTHING = -1e6;
const MANTISSA_BITS = 52;

/** Where the tables lie in the kernel's memory, and what comes behind them. */
const INVERSES_AT = FRACTIONS.byteLength;
const LOGARITHMS_AT = INVERSES_AT + INVERSES.byteLength;
const SHIFTS_AT = LOGARITHMS_AT + LOGARITHMS.byteLength;

/** The logarithms of two numbers of a column at a time, as fastLog2 makes them. */
const logs = wasmFunction("logs", ["i32", "i32", "i32", "i32"], ([row, rowBytes, result, resultEnd], local) => {
  const [value, step, rest] = [local("v128"), local("v128"), local("v128")];
  const entry = (lane: number) => entryOf(step, lane, INVERSES.length);
  const mantissa = v128.or(v128.and(value.get, i64x2.constant((1n << BigInt(MANTISSA_BITS)) - 1n)), f64x2.constant(1));
  // Beside the bits of 2^52 a whole number counts ones.
  const exponent = f64x2.subtract(
    v128.or(i64x2.shiftRight(value.get, MANTISSA_BITS), f64x2.constant(2 ** MANTISSA_BITS)),
    f64x2.constant(2 ** MANTISSA_BITS + 1023),
  );
  const series = [1 / 5, 1 / 4, 1 / 3, 1 / 2, 1].reduce(
    (sum, term) => f64x2.multiply(rest.get, f64x2.subtract(f64x2.constant(term), sum)),
    f64x2.multiply(rest.get, f64x2.constant(1 / 6)),
  );
  const log = f64x2.add(
    f64x2.add(exponent, v128.load64Pair(entry(0), entry(2), LOGARITHMS_AT)),
    f64x2.multiply(series, f64x2.constant(Math.LOG2E)),
  );
  const isSomething = f64x2.isGreater(value.get, f64x2.constant(0));
  return [
    doWhile(
      [
        value.set(v128.load64Pair(row.get, i32.add(row.get, rowBytes.get))),
        step.set(i64x2.shiftRight(value.get, MANTISSA_BITS - Math.log2(INVERSES.length))),
        rest.set(
          f64x2.subtract(f64x2.multiply(mantissa, v128.load64Pair(entry(0), entry(2), INVERSES_AT)), f64x2.constant(1)),
        ),
        v128.store(result.get, v128.select(isSomething, log, f64x2.constant(LOG_OF_NOTHING))),
        row.set(i32.add(row.get, i32.add(rowBytes.get, rowBytes.get))),
        result.set(i32.add(result.get, i32.constant(PAIR))),
      ],
      i32.lessThan(result.get, resultEnd.get),
    ),
  ];
});

/** Two rows at a time; there must be a row and a column. Lengths are in bytes. */
const sums = wasmFunction(
  "sums",
  ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
  ([column, columnBytes, shiftsEnd, result, resultEnd, power, start], local) => {
    const [at, shift] = [local("i32"), local("i32")];
    const [total, scaled, shifted, rest] = [local("v128"), local("v128"), local("v128"), local("v128")];
    const exponent = f64x2.add(f64x2.multiply(f64x2.splat(power.get), v128.load(at.get)), v128.load64Twice(shift.get));
    const [most, least] = [f64x2.constant(-LEAST_EXPONENT), f64x2.constant(LEAST_EXPONENT)];
    return [
      doWhile(
        [
          total.set(f64x2.splat(start.get)),
          at.set(column.get),
          shift.set(i32.constant(SHIFTS_AT)),
          doWhile(
            [
              scaled.set(
                f64x2.multiply(f64x2.greatest(f64x2.least(exponent, most), least), f64x2.constant(FRACTIONS.length)),
              ),
              ...powerOfTwo(scaled, shifted, rest, (value) => total.set(f64x2.add(total.get, value))),
              at.set(i32.add(at.get, columnBytes.get)),
              shift.set(i32.add(shift.get, i32.constant(DOUBLE))),
            ],
            i32.lessThan(shift.get, shiftsEnd.get),
          ),
          v128.store(result.get, total.get),
          column.set(i32.add(column.get, i32.constant(PAIR))),
          result.set(i32.add(result.get, i32.constant(PAIR))),
        ],
        i32.lessThan(result.get, resultEnd.get),
      ),
    ];
  },
);

/** 2^x of two numbers, step by step as fastExp2 makes it. @param scaled x in steps of the table of fractions */
function powerOfTwo(scaled: Local, shifted: Local, rest: Local, use: (value: Code) => Code): Code[] {
  const steps = FRACTIONS.length;
  const rounding = f64x2.constant(ROUNDING);
  const series = [1 / 24, 1 / 6, 1 / 2, 1, 1].reduce(
    (sum, term) => f64x2.add(f64x2.constant(term), f64x2.multiply(rest.get, sum)),
    f64x2.constant(1 / 120),
  );
  const fractions = v128.load64Pair(entryOf(shifted, 0, steps), entryOf(shifted, 2, steps));
  const whole = v128.and(shifted.get, i64x2.constant(BigInt(-steps)));
  return [
    shifted.set(f64x2.add(scaled.get, rounding)),
    rest.set(
      f64x2.multiply(
        f64x2.subtract(scaled.get, f64x2.subtract(shifted.get, rounding)),
        f64x2.constant(Math.LN2 / steps),
      ),
    ),
    // Whole powers of two are added to the exponents.
    use(i64x2.add(f64x2.multiply(fractions, series), i64x2.shiftLeft(whole, MANTISSA_BITS - Math.log2(steps)))),
  ];
}

/** Place in a table of doubles that a lane of 32 bits tells with its lowest bits. */
function entryOf(steps: Local, lane: number, length: number): Code {
  const step = i32.and(i32x4.extract(steps.get, lane), i32.constant(length - 1));
  return i32.shiftLeft(step, i32.constant(Math.log2(DOUBLE)));
}

let kernel: Kernel<"logs" | "sums"> | undefined;
/** Whose logarithms are in the kernel's memory. */
let loaded: PowerColumns | undefined;

/** @param matrix must not change afterwards */
export function powerColumns({ rows, cols, data }: Matrix): PowerColumns {
  const even = rows + (rows % 2);
  const resultAt = SHIFTS_AT + DOUBLE * cols;
  const logsAt = resultAt + DOUBLE * even;
  const matrixAt = logsAt + DOUBLE * even * cols;
  const memoryBytes = matrixAt + DOUBLE * even * cols;
  const load = ({ call, memory }: Kernel<"logs" | "sums">) => {
    new Float64Array(memory(memoryBytes), matrixAt, rows * cols).set(data);
    for (let j = 0; j < cols; j++) {
      const columnAt = logsAt + j * even * DOUBLE;
      call.logs(matrixAt + j * DOUBLE, cols * DOUBLE, columnAt, columnAt + even * DOUBLE);
    }
  };
  const self: PowerColumns = {
    rows,
    sums(power, shifts, start) {
      if (rows * cols === 0) return new Float64Array(rows).fill(start);
      kernel ??= createTables();
      if (loaded !== self) load(kernel);
      loaded = self;
      const memory = kernel.memory(memoryBytes);
      new Float64Array(memory, SHIFTS_AT, cols).set(shifts);
      kernel.call.sums(logsAt, even * DOUBLE, resultAt, resultAt, resultAt + even * DOUBLE, power, start);
      return new Float64Array(memory, resultAt, rows).slice();
    },
  };
  return self;
}

function createTables(): Kernel<"logs" | "sums"> {
  const made = createKernel([logs, sums]);
  const tables = new Float64Array(made.memory(0), 0, SHIFTS_AT / DOUBLE);
  [FRACTIONS, INVERSES, LOGARITHMS].reduce((at, table) => {
    tables.set(table, at);
    return at + table.length;
  }, 0);
  return made;
}
