import { readBytes, readPlainBytes } from "./bytes.js";
import type { ByteRange } from "./input-file.js";

/** A line without its end; `bytes` is undefined if it was longer than the limit. Lines are counted from 1. */
export interface Line {
  line: number;
  bytes: Buffer | undefined;
  /** Whether the file ends in it, without a line end. */
  isOpen: boolean;
}

const NEWLINE = 10;
/** A longer line is no record of text but a mistake of format; it must not fill the memory. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Which lines are read. */
export interface LineOptions {
  /** Longer ones come without their bytes. */
  longestBytes?: number;
  /** Only those that begin in these bytes, counted from the first of them; of plain files. */
  range?: ByteRange | undefined;
}

/** The lines of a file, unpacked if it is packed, as many together as arrive so. @throws DamagedFileError */
export function readLines(path: string, options: LineOptions = {}): AsyncGenerator<Line[]> {
  const { range } = options;
  // The byte before a range tells whether a line begins with the range or goes on in it.
  const bytes = range ? readPlainBytes(path, Math.max(0, range.start - 1)) : readBytes(path);
  return splitLines(bytes, options);
}

/** The lines of what arrives in chunks; with a range, chunks begin with the byte before it. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, options: LineOptions = {}): AsyncGenerator<Line[]> {
  const { longestBytes = MAX_LINE_BYTES, range } = options;
  let line = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const take = (end: Buffer, isOpen = false): Line => {
    const tooLong = pendingBytes + end.length > longestBytes;
    const bytes = tooLong ? undefined : pending.length === 0 ? end : Buffer.concat([...pending, end]);
    pending = [];
    pendingBytes = 0;
    return { line: ++line, bytes, isOpen };
  };
  let offset = range && range.start > 0 ? range.start - 1 : 0;
  const stop = range?.end ?? Number.POSITIVE_INFINITY;
  let isBefore = range !== undefined && range.start > 0;
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    let isDone = false;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && !isDone; end = chunk.indexOf(NEWLINE, start)) {
      if (!isBefore) lines.push(take(chunk.subarray(start, end)));
      isBefore = false;
      start = end + 1;
      isDone = offset + start >= stop;
    }
    if (lines.length > 0) yield lines;
    offset += chunk.length;
    if (isDone || (isBefore && offset >= stop)) return;
    if (isBefore) continue;
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes <= longestBytes) pending.push(rest);
    else pending = [];
  }
  if (pendingBytes > 0) yield [take(Buffer.alloc(0), true)];
}
