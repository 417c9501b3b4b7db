import { createHash } from "node:crypto";
import { bytesAt, openStream } from "@climb/readers/source";
import type { TaskContext } from "@climb/runtime/worker";

/** A file of so many bytes is read at once: a stream costs more than most text files do. */
const SMALL_BYTES = 256 * 1024;

/** SHA-256 of each file's bytes as they are stored, hexadecimal. @throws Error of the system if one cannot be read */
export async function digestFiles(
  { files }: { files: { path: string; sizeBytes: number }[] },
  context: TaskContext<never>,
): Promise<string[]> {
  const digests: string[] = [];
  for (const { path, sizeBytes } of files) {
    const hash = createHash("sha256");
    const chunks = sizeBytes < SMALL_BYTES ? [await bytesAt(path, 0, sizeBytes + 1)] : openStream(path);
    for await (const chunk of chunks) {
      context.throwIfAborted();
      hash.update(chunk as Buffer);
    }
    digests.push(hash.digest("hex"));
  }
  return digests;
}
