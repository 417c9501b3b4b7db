const [float, bits] = (() => {
  const memory = new ArrayBuffer(4);
  return [new Float32Array(memory), new Uint32Array(memory)];
})();

/** The value of a 16-bit float (IEEE 754 binary16). */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Every value, by its bits. */
let values: Float32Array | undefined;

/** 16-bit floats, given as their bits, as 32-bit ones. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  values ??= Float32Array.from({ length: 65_536 }, (_, half) => fromHalf(half));
  const table = values;
  return Float32Array.from(halves, (half) => table[half] as number);
}

/** 32-bit floats as the bits of the nearest 16-bit ones. */
export function toHalves(floats: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(floats, toHalf);
}

/** The nearest 16-bit float of a 32-bit one, ties to even; what is too large becomes infinite. */
export function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From the middle between the largest half and the next on.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below the normal halves: multiples of 2⁻²⁴, rounded by the addition to a number whose last bit is worth that.
    float[0] = Math.abs(value) + 0.5;
    return sign | ((bits[0] as number) - 0x3f000000);
  }
  // Half of the last bit that stays, and that bit itself, which breaks ties.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}
