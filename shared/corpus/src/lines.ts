const NEWLINE = 10;

/** The lines of UTF-8 bytes, as many together as arrive so, with the "\r" that may stand before a line feed. */
export async function* lineBatches(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield whole.toString("utf8").split("\n");
  }
  if (rest.length > 0) yield [Buffer.concat(rest).toString("utf8")];
}

/**
 * The lines of UTF-8 bytes, streamed, without what ends them: "\n" or "\r\n". JSON lines end there alone, while readline
 * (from Node 24 on) ends them at U+2028 and U+2029 too, which JSON leaves in texts as they are.
 */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const lines of lineBatches(bytes)) {
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
