import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A file of raw little-endian uint16 tokens, read by position; memory holds what was asked for only. */
export interface TokenFile {
  tokens: number;
  /** Tokens start … start + length. @throws RangeError outside the file */
  read(start: number, length: number): Uint16Array;
  close(): void;
}

/**
 * @throws RangeError naming the file if it is not as long as its manifest says. A RangeError, because trying again
 * does not mend it
 */
export function openTokenFile(path: string, expectedTokens: number): TokenFile {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  if (size !== expectedTokens * 2) {
    closeSync(file);
    throw new RangeError(`${path} has ${size} bytes, expected ${expectedTokens * 2} for ${expectedTokens} tokens`);
  }
  return {
    tokens: expectedTokens,
    read(start, length) {
      if (start < 0 || start + length > expectedTokens) {
        throw new RangeError(`tokens ${start} to ${start + length} of ${expectedTokens} in ${path}`);
      }
      const tokens = new Uint16Array(length);
      readSync(file, new Uint8Array(tokens.buffer), 0, length * 2, start * 2);
      return tokens;
    },
    close: () => closeSync(file),
  };
}
