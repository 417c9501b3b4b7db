import unbzip2 from "unbzip2-stream";
import { PackedDataError } from "./packed-data-error.js";

/** Unpacks bzip2, one stream or several; checksums are verified. @throws PackedDataError */
export async function* unpackBzip2(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  let failure: Error | undefined;
  // The unpacker works within write() and end(), so that nothing else waits for its events.
  const unpacker = unbzip2() as NodeJS.ReadWriteStream;
  unpacker.on("data", (data: Buffer) => void ready.push(data));
  unpacker.on("error", (error: Error) => {
    failure ??= error;
  });
  const expectNoFailure = () => {
    if (!failure) return;
    const message = failure.message.replace(/^Error in bzip2: /, "");
    throw new PackedDataError(message, { cause: failure });
  };
  for await (const chunk of packed) {
    unpacker.write(chunk);
    yield* ready.splice(0);
    expectNoFailure();
  }
  unpacker.end();
  yield* ready.splice(0);
  expectNoFailure();
}
