import { createRequire } from "node:module";
import { ReadableStream } from "node:stream/web";
import { PackedDataError } from "./packed-data-error.js";

// The package is no ES module and hides its exports from the static look that Node takes at such packages.
const { XzReadableStream } = createRequire(import.meta.url)("xz-decompress") as typeof import("xz-decompress");

/** What the numbers of the unpacker mean (xz_ret in xz.h of XZ Embedded). */
const MEANINGS: Readonly<Record<string, string>> = {
  3: "it needs more memory than there may be",
  4: "it needs more memory than there may be",
  5: "it does not begin as xz does",
  6: "it has a check or a filter that is not supported; pack it again with xz --check=crc64",
  7: "the data are damaged",
  8: "unexpected end of file",
};

/** Unpacks xz, one stream or several; CRC-32 and CRC-64 are verified. @throws PackedDataError */
export async function* unpackXz(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = packed[Symbol.asyncIterator]();
  let sourceError: unknown;
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        sourceError = error;
        controller.error(error);
      }
    },
  });
  const reader = new XzReadableStream(source as never).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } catch (error) {
    if (sourceError) throw sourceError;
    const [, code = ""] = /error code (\d+)/.exec((error as Error).message) ?? [];
    throw new PackedDataError(MEANINGS[code] ?? (error as Error).message, { cause: error });
  } finally {
    // A stream that is left keeps the next one from being opened.
    await reader.cancel().catch(() => undefined);
  }
}
