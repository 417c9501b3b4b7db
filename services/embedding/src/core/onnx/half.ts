/** Every half-precision value as float32, by its bits (IEEE 754 binary16). */
let table: Float32Array | undefined;

/** Half-precision numbers, given as their bits, as float32. */
export function fromHalf(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, half) => numberOf(half));
  const values = table;
  return Float32Array.from(bits, (half) => values[half] as number);
}

function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
