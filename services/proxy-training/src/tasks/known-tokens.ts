import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Tokens, tokensOf } from "../core/tokens.js";

/**
 * The tokens of the documents of a shard, whatever their domains, as a file: for each document how many it has (uint32), then
 * the tokens of one after another, without end-of-text. Of a document that no domain had when they were made there are none.
 */
export interface KnownTokens {
  /** Undefined where there are none. */
  of(document: number): Tokens | undefined;
  close(): void;
}

/** Stands for the number of tokens of a document of which none were made. */
export const NOT_MADE = 0xffff_ffff;

const LENGTH_BYTES = 4;

/**
 * @param documents of the shard
 * @param bytes that a token takes
 * @throws RangeError naming the file if it is not as long as its beginning says
 */
export function openKnownTokens(path: string, documents: number, bytes: number): KnownTokens {
  const file = openSync(path, "r");
  const lengths = new Uint32Array(documents);
  readSync(file, lengths, 0, lengths.byteLength, 0);
  const places: number[] = [];
  let end = LENGTH_BYTES * documents;
  for (const length of lengths) {
    places.push(end);
    if (length !== NOT_MADE) end += bytes * length;
  }
  const { size } = fstatSync(file);
  if (size !== end) {
    closeSync(file);
    throw new RangeError(`${path} has ${size} bytes, expected ${end} for the tokens of ${documents} documents`);
  }
  return {
    of(document) {
      const length = lengths[document] ?? NOT_MADE;
      if (length === NOT_MADE) return undefined;
      const tokens = tokensOf(bytes, length);
      readSync(file, new Uint8Array(tokens.buffer), 0, bytes * length, places[document] as number);
      return tokens;
    },
    close: () => closeSync(file),
  };
}
