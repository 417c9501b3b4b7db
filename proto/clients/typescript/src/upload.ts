import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { GetUploadResponse, UploadRequest, UploadResponse } from "@climb/proto/store/v1/store_service";
import { type Patience, patiently } from "./patience.js";
import type { CallOptions } from "./patient-client.js";

const PIECE_BYTES = 1024 * 1024;
/** A large file takes as long as it takes; who is gone is found out by keepalive. */
const UPLOAD_TIMEOUT_MS = 24 * 3600_000;

/** The calls of the store that uploads need. */
export interface UploadStore {
  getUpload(request: { sha256: string }, options?: CallOptions): Promise<GetUploadResponse>;
  upload(requests: AsyncIterable<UploadRequest>, options?: CallOptions): Promise<UploadResponse>;
}

/**
 * Uploads a file, unless the suite has it already; goes on where an upload broke off.
 * @param options.onProgress told the bytes that are there, of all
 * @returns its URI with its name, climb://sha256/<digest>/<name>: what requests name it by
 * @throws Error of the file system; ClimbError DISK_FULL or PEER_UNREACHABLE when patience is over
 */
export async function uploadFile(
  store: UploadStore,
  path: string,
  options: Patience & { onProgress?(doneBytes: number, totalBytes: number): void } = {},
): Promise<string> {
  const { signal, onProgress } = options;
  const { size } = await stat(path);
  const sha256 = await digestOf(path, signal);
  const artifact = await patiently(`the upload of ${path}`, options, async () => {
    const there = await store.getUpload({ sha256 }, { signal });
    if (there.artifact) return there.artifact;
    const header = { sha256, sizeBytes: BigInt(size), offset: there.offset };
    const sent = parts(path, header, (doneBytes) => onProgress?.(doneBytes, size));
    return (await store.upload(sent, { signal, timeoutMs: UPLOAD_TIMEOUT_MS })).artifact;
  });
  return `${artifact?.uri}/${basename(path)}`;
}

/** SHA-256 of a file's content, in hexadecimal digits. */
async function digestOf(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(path, { highWaterMark: PIECE_BYTES, signal }))
    hash.update(block as Buffer);
  return hash.digest("hex");
}

async function* parts(
  path: string,
  header: { sha256: string; sizeBytes: bigint; offset: bigint },
  show: (doneBytes: number) => void,
): AsyncGenerator<UploadRequest> {
  yield { part: { $case: "header", value: header } };
  let done = Number(header.offset);
  for await (const block of createReadStream(path, { start: done, highWaterMark: PIECE_BYTES })) {
    yield { part: { $case: "data", value: block as Buffer } };
    done += (block as Buffer).length;
    show(done);
  }
}
