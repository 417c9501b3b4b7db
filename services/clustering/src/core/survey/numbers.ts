/** Collects numbers as bytes. */
export interface NumberWriter {
  /** A whole number from 0 to 2^32 − 1: a byte for each seven bits, the lowest first; all but the last have the high bit. */
  whole(value: number): void;
  /** Any number, as eight little-endian bytes. */
  real(value: number): void;
  /** A view of all so far, which holds until the next number. */
  bytes(): Uint8Array;
}

export function createNumberWriter(): NumberWriter {
  let bytes = new Uint8Array(1 << 16);
  let view = new DataView(bytes.buffer);
  let length = 0;
  const makeRoom = (more: number) => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(2 * bytes.length);
    larger.set(bytes);
    bytes = larger;
    view = new DataView(bytes.buffer);
  };
  return {
    whole(value) {
      makeRoom(5);
      let rest = value;
      while (rest > 127) {
        bytes[length++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      bytes[length++] = rest;
    },
    real(value) {
      makeRoom(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    bytes: () => bytes.subarray(0, length),
  };
}

/** Reads in their order what a {@link NumberWriter} has written. */
export interface NumberReader {
  whole(): number;
  real(): number;
}

/** @throws RangeError from the reader's functions, where nothing is left */
export function createNumberReader(bytes: Uint8Array): NumberReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return {
    whole() {
      let [value, shift] = [0, 0];
      for (;;) {
        const byte = view.getUint8(at++);
        value |= (byte & 127) << shift;
        if (byte < 128) return value >>> 0;
        shift += 7;
      }
    },
    real() {
      const value = view.getFloat64(at, true);
      at += 8;
      return value;
    },
  };
}
