import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Content } from "./port.js";

/** Files are read, hashed and written in blocks of this size. */
export const BLOCK_BYTES = 1024 * 1024;
/** Files whose digests are remembered; more are hashed again. */
const REMEMBERED = 10_000;

/** The digest of bytes in memory; the event loop turns meanwhile. */
export async function digestOfBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.byteLength; start += BLOCK_BYTES) {
    if (start > 0) await setImmediate();
    hash.update(bytes.subarray(start, start + BLOCK_BYTES));
  }
  return hash.digest("hex");
}

/** Writes content to a file, and tells its digest and size. */
export async function writeContent(handle: FileHandle, content: Content) {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const block of blocksOf(content)) {
    const written = handle.writeFile(block);
    written.catch(() => {});
    hash.update(block);
    sizeBytes += block.byteLength;
    await written;
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}

/** Small chunks are gathered, as each write is a system call; large ones are cut, so that nothing else waits long. */
async function* blocksOf(content: Content): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    if (chunk.byteLength < BLOCK_BYTES) {
      // A source may use its buffer again.
      gathered.push(Buffer.from(chunk));
      bytes += chunk.byteLength;
      if (bytes < BLOCK_BYTES) continue;
    }
    if (bytes > 0) yield Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
    if (chunk.byteLength < BLOCK_BYTES) continue;
    for (let start = 0; start < chunk.byteLength; start += BLOCK_BYTES)
      yield chunk.subarray(start, start + BLOCK_BYTES);
  }
  if (bytes > 0) yield Buffer.concat(gathered);
}

/** The digests of files that this process has read. */
export interface FileDigests {
  /** Reads a file unless it is as it was when its digest was learnt. @throws the system's ENOENT */
  of(file: string): Promise<string>;
  /** Tells the digest of a file that this process has just written. */
  learn(file: string, sha256: string): Promise<void>;
}

/** Digests of files that are computed once for each state of a file, told by size and time of change. */
export function createFileDigests(): FileDigests {
  const known = new Map<string, { state: string; sha256: string }>();
  const reading = new Map<string, Promise<string>>();
  const remember = (file: string, state: string, sha256: string) => {
    known.delete(file);
    known.set(file, { state, sha256 });
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest) known.delete(oldest);
  };
  const read = async (file: string, state: string) => {
    const hash = createHash("sha256");
    for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES })) hash.update(block as Buffer);
    const sha256 = hash.digest("hex");
    remember(file, state, sha256);
    return sha256;
  };
  return {
    async of(file) {
      const state = stateOf(await stat(file));
      const found = known.get(file);
      if (found?.state === state) return found.sha256;
      const running = reading.get(`${file} ${state}`);
      if (running) return running;
      const started = read(file, state).finally(() => reading.delete(`${file} ${state}`));
      reading.set(`${file} ${state}`, started);
      return started;
    },
    learn: async (file, sha256) => remember(file, stateOf(await stat(file)), sha256),
  };
}

function stateOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}
