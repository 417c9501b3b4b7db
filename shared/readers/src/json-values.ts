import { MAX_LINE_BYTES } from "./lines.js";

/** A value of a JSON document: an element of its array, or one of several values that follow each other. */
export interface JsonValue {
  /** Counted from 1. */
  number: number;
  /** As it is written; undefined if it was longer than the limit. */
  bytes: Buffer | undefined;
  /** The document ends within it. */
  isCut: boolean;
}

const [TAB, NEWLINE, RETURN, SPACE, QUOTE, COMMA, COLON] = [9, 10, 13, 32, 34, 44, 58];
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 92, 93, 123, 125];
const MARK = [0xef, 0xbb, 0xbf];

/**
 * The values of a JSON document that arrives in chunks: the elements of the outermost array, or values one after another,
 * however they are broken into lines. Only where a value begins and ends is looked at; what it is, its parser says.
 * @param longestBytes longer values come without their bytes
 */
export async function* splitJsonValues(
  chunks: AsyncIterable<Buffer>,
  longestBytes = MAX_LINE_BYTES,
): AsyncGenerator<JsonValue> {
  let number = 0;
  let depth = 0;
  // Depth at which a value of its own begins: 1 within an outermost array.
  let base = 0;
  let isFirst = true;
  let inString = false;
  let escaped = false;
  let started = false;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let offset = 0;
  const hold = (rest: Buffer) => {
    pendingBytes += rest.length;
    if (pendingBytes <= longestBytes) pending.push(Buffer.from(rest));
    else pending = [];
  };
  const take = (isCut: boolean): JsonValue => {
    const bytes = pendingBytes > longestBytes ? undefined : Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    started = false;
    return { number: ++number, bytes, isCut };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++, offset++) {
      const byte = chunk[at] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      const isBlank = byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
      if (!started) {
        if (isBlank || (offset < MARK.length && byte === MARK[offset])) continue;
        if (isFirst && byte === OPEN_LIST) {
          [isFirst, base, depth] = [false, 1, 1];
          continue;
        }
        isFirst = false;
        if (base === 1 && byte === COMMA) continue;
        if (base === 1 && byte === CLOSE_LIST) {
          [base, depth] = [0, 0];
          continue;
        }
        started = true;
        start = at;
      }
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        // The array ends right behind a bare value.
        if (depth === base) {
          hold(chunk.subarray(start, at));
          yield take(false);
          [base, depth] = [0, 0];
        } else if (--depth === base) {
          hold(chunk.subarray(start, at + 1));
          yield take(false);
        }
      } else if (depth === base && (isBlank || byte === COMMA) && byte !== COLON) {
        hold(chunk.subarray(start, at));
        yield take(false);
      }
    }
    if (started) hold(chunk.subarray(start));
  }
  if (started) yield take(depth > base || inString);
  else if (base === 1) yield { number: number + 1, bytes: Buffer.alloc(0), isCut: true };
}
