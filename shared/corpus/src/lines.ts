import { StringDecoder } from "node:string_decoder";

/**
 * The lines of UTF-8 bytes, streamed, without what ends them: "\n" or "\r\n". JSON lines end there alone, while readline
 * (from Node 24 on) ends them at U+2028 and U+2029 too, which JSON leaves in texts as they are.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  // The beginning of a line that has not ended; a long one comes in many chunks.
  let begun: string[] = [];
  for await (const chunk of bytes) {
    const text = typeof chunk === "string" ? chunk : decoder.write(chunk as Buffer);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield whole(begun, text.slice(start, end));
      begun = [];
      start = end + 1;
    }
    if (start < text.length) begun.push(text.slice(start));
  }
  const last = whole(begun, decoder.end());
  if (last !== "") yield last;
}

function whole(begun: readonly string[], end: string): string {
  const line = begun.length > 0 ? begun.join("") + end : end;
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
