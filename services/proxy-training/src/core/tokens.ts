/** Token ids: in 16 bits where the vocabulary allows it, else in 32. */
export type Tokens = Uint16Array | Uint32Array;

/** Bytes that an id of a vocabulary of so many entries takes, little-endian, in files and in memory. */
export function bytesPerToken(vocabulary: number): 2 | 4 {
  return vocabulary <= 65_536 ? 2 : 4;
}

/** Tokens of so many bytes each; zeros for a number, else the ids given. */
export function tokensOf(
  bytes: number,
  given: number | ArrayLike<number>,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  // Both constructors take a length or numbers, which their types say in separate overloads.
  if (typeof given === "number") return bytes === 2 ? new Uint16Array(given) : new Uint32Array(given);
  return bytes === 2 ? Uint16Array.from(given) : Uint32Array.from(given);
}
