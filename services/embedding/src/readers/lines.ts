import { readBytes } from "./bytes.js";

/** A line without its end; `bytes` is undefined if it was longer than the limit. Lines are counted from 1. */
export interface Line {
  line: number;
  bytes: Buffer | undefined;
}

const NEWLINE = 10;
/** A longer line is no record of text but a mistake of format; it must not fill the memory. */
export const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/** The lines of a file, unpacked if it is gzip. @throws DamagedFileError */
export async function* readLines(path: string, longestBytes = LONGEST_LINE_BYTES): AsyncGenerator<Line> {
  let line = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const take = (end: Buffer): Line => {
    const tooLong = pendingBytes + end.length > longestBytes;
    const bytes = tooLong ? undefined : pending.length === 0 ? end : Buffer.concat([...pending, end]);
    pending = [];
    pendingBytes = 0;
    return { line: ++line, bytes };
  };
  for await (const chunk of readBytes(path)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes <= longestBytes) pending.push(rest);
    else pending = [];
  }
  if (pendingBytes > 0) yield take(Buffer.alloc(0));
}
