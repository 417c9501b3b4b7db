import { type Code, signed, unsigned, type ValueType, type WasmFunction } from "./encode.js";

/** A parameter or variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** A function whose statements are written down with its parameters and whatever further variables they ask for. */
export function wasmFunction<Name extends string, const Types extends readonly ValueType[]>(
  name: Name,
  parameters: Types,
  write: (parameters: { readonly [At in keyof Types]: Local }, local: (type: ValueType) => Local) => readonly Code[],
): WasmFunction<Name> {
  const locals: ValueType[] = [];
  const at = (index: number): Local => ({
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  });
  const statements = write(parameters.map((_, i) => at(i)) as { [At in keyof Types]: Local }, (type) =>
    at(parameters.length + locals.push(type) - 1),
  );
  return { name, parameters, locals, body: statements.flat() };
}

/** Does the statements once, and again as long as the condition is not 0. */
export function doWhile(statements: readonly Code[], condition: Code): Code {
  return [0x03, 0x40, ...statements.flat(), ...condition, 0x0d, 0, 0x0b];
}

const binary =
  (...operator: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...operator];

/** Addresses need not be multiples of anything: 0 says so. @param offset bytes, added to the address */
const place = (offset: number): Code => [0, ...unsigned(offset)];

/** Whole numbers of 32 bits; addresses are such. */
export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...place(offset)],
  add: binary(0x6a),
  and: binary(0x71),
  shiftLeft: binary(0x74),
  /** Of numbers without sign. */
  lessThan: binary(0x49),
};

const simd = (operator: number): Code => [0xfd, ...unsigned(operator)];
const binarySimd = (operator: number) => binary(...simd(operator));
const shift = (operator: number) => (a: Code, bits: number) => binarySimd(operator)(a, i32.constant(bits));
const filled = (bytes: Iterable<number>): Code => [...simd(0x0c), ...bytes];

/** Sixteen bytes, whatever they stand for. */
export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00), ...place(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(0x0b), ...place(offset)],
  /** The eight bytes at the address, twice. */
  load64Twice: (address: Code, offset = 0): Code => [...address, ...simd(0x0a), ...place(offset)],
  /** The eight bytes at one address, then those at another. */
  load64Pair: (first: Code, second: Code, offset = 0): Code => [
    ...second,
    ...first,
    ...simd(0x5d),
    ...place(offset),
    ...simd(0x57),
    ...place(offset),
    1,
  ],
  and: binarySimd(0x4e),
  or: binarySimd(0x50),
  /** Bits of `a` where the mask has ones, those of `b` elsewhere. */
  select: (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
};

/** Sixteen numbers of a byte. */
export const i8x16 = {
  constant: (value: number): Code => filled(new Uint8Array(16).fill(value)),
  /** The bytes of `table` at the places that `indices` holds. */
  lookUp: (table: Code, indices: Code): Code => binarySimd(0x0e)(table, indices),
  /** Bytes of the lower halves of `a` and `b` in turn. */
  interleaveLow: (a: Code, b: Code) => shuffle(a, b, (i) => (i >> 1) + 16 * (i & 1)),
  interleaveHigh: (a: Code, b: Code) => shuffle(a, b, (i) => 8 + (i >> 1) + 16 * (i & 1)),
};

/** Eight numbers of two bytes. */
export const i16x8 = {
  shiftLeft: shift(0x8b),
  shiftRight: shift(0x8d),
  interleaveLow: (a: Code, b: Code) => shuffle(a, b, (i) => 2 * (i >> 2) + (i & 1) + 16 * ((i >> 1) & 1)),
  interleaveHigh: (a: Code, b: Code) => shuffle(a, b, (i) => 8 + 2 * (i >> 2) + (i & 1) + 16 * ((i >> 1) & 1)),
};

/** Four whole numbers of 32 bits. */
export const i32x4 = {
  add: binarySimd(0xae),
  extract: (a: Code, lane: number): Code => [...a, ...simd(0x1b), lane],
};

/** Two whole numbers of 64 bits. */
export const i64x2 = {
  constant: (value: bigint): Code => filled(new Uint8Array(BigInt64Array.of(value, value).buffer)),
  shiftLeft: shift(0xcb),
  /** As of numbers without sign. */
  shiftRight: shift(0xcd),
  add: binarySimd(0xce),
};

/** Four numbers in single precision. */
export const f32x4 = {
  /** The number at the address, four times. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...simd(0x09), ...place(offset)],
  squareRoot: (a: Code): Code => [...a, ...simd(0xe3)],
  add: binarySimd(0xe4),
  subtract: binarySimd(0xe5),
  multiply: binarySimd(0xe6),
  divide: binarySimd(0xe7),
};

/** Two numbers in double precision. */
export const f64x2 = {
  constant: (value: number): Code => filled(new Uint8Array(Float64Array.of(value, value).buffer)),
  splat: (value: Code): Code => [...value, ...simd(0x14)],
  add: binarySimd(0xf0),
  subtract: binarySimd(0xf1),
  multiply: binarySimd(0xf2),
  /** All bits of a number set where `a` is greater. */
  isGreater: binarySimd(0x4a),
  /** The lesser ones; `a` where one is no number. */
  least: binarySimd(0xf6),
  greatest: binarySimd(0xf7),
};

function shuffle(a: Code, b: Code, from: (place: number) => number): Code {
  return [...a, ...b, ...simd(0x0d), ...Array.from({ length: 16 }, (_, i) => from(i))];
}
