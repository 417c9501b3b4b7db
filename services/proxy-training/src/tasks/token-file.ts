import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Tokens, tokensOf } from "../core/tokens.js";

/** A file of raw tokens, read by position; memory holds what was asked for only. */
export interface TokenFile {
  tokens: number;
  /** Tokens start … start + length. @throws RangeError outside the file */
  read(start: number, length: number): Tokens;
  close(): void;
}

/**
 * @param bytes that a token takes
 * @throws RangeError naming the file if it is not as long as its manifest says. A RangeError, because trying again
 * does not mend it
 */
export function openTokenFile(path: string, expectedTokens: number, bytes: number): TokenFile {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  if (size !== expectedTokens * bytes) {
    closeSync(file);
    throw new RangeError(`${path} has ${size} bytes, expected ${expectedTokens * bytes} for ${expectedTokens} tokens`);
  }
  return {
    tokens: expectedTokens,
    read(start, length) {
      if (start < 0 || start + length > expectedTokens) {
        throw new RangeError(`tokens ${start} to ${start + length} of ${expectedTokens} in ${path}`);
      }
      const tokens = tokensOf(bytes, length);
      readSync(file, new Uint8Array(tokens.buffer), 0, length * bytes, start * bytes);
      return tokens;
    },
    close: () => closeSync(file),
  };
}
