import type { ArtifactRef, Platform } from "@climb/ports";
import { ServiceError } from "@climb/runtime";

type Artifacts = Platform["artifacts"];

/** What a caller says of a file before its bytes. */
export interface FileClaim {
  sha256: string;
  sizeBytes: number;
  /** Where the first byte that comes belongs. */
  offset: number;
}

/** Bytes that are kept in memory before they are stored as a part. */
const PART_BYTES = 8 * 1024 * 1024;
const OFFSET_DIGITS = 16;

const fileName = (sha256: string) => `uploads/files/${sha256}`;
const partsFolder = (sha256: string) => `uploads/parts/${sha256}/`;
const partName = (sha256: string, offset: number) => partsFolder(sha256) + String(offset).padStart(OFFSET_DIGITS, "0");

/** How much of a file is stored: all of it, or the bytes up to an offset. */
export async function uploadState(
  artifacts: Artifacts,
  sha256: string,
): Promise<{ file: ArtifactRef; offset: number } | { file: undefined; offset: number }> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalid("sha256", sha256, "64 lower-case hexadecimal digits");
  const file = await artifacts.keep(fileName(sha256));
  if (file) return { file, offset: file.sizeBytes };
  const parts = await partsOf(artifacts, sha256);
  return { file, offset: parts.reduce((end, { sizeBytes }) => end + sizeBytes, 0) };
}

/**
 * Stores a file that comes in pieces, from where an upload broke off.
 * @throws ServiceError invalid FIELD_INVALID if the offset, the size or the digest does not fit
 */
export async function storeUpload(
  artifacts: Artifacts,
  { sha256, sizeBytes, offset }: FileClaim,
  pieces: AsyncIterable<Uint8Array>,
): Promise<ArtifactRef> {
  const known = await uploadState(artifacts, sha256);
  if (known.file) return known.file;
  if (offset !== 0 && offset !== known.offset) throw invalid("header.offset", offset, `0 or ${known.offset}`);
  if (offset === 0) await removeParts(artifacts, sha256);
  let end = offset;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const store = async () => {
    if (waitingBytes === 0) return;
    await artifacts.put(partName(sha256, end), Buffer.concat(waiting));
    end += waitingBytes;
    [waiting, waitingBytes] = [[], 0];
  };
  try {
    for await (const piece of pieces) {
      if (end + waitingBytes + piece.length > sizeBytes) {
        throw invalid("data", "more bytes", `${sizeBytes}, as the header says`);
      }
      waiting.push(piece);
      waitingBytes += piece.length;
      if (waitingBytes >= PART_BYTES) await store();
    }
  } catch (error) {
    // What has come is kept for who goes on with it.
    if (!(error instanceof ServiceError)) await store();
    throw error;
  }
  await store();
  if (end !== sizeBytes) throw invalid("data", `${end} bytes`, `${sizeBytes}, as the header says`);
  return join(artifacts, sha256);
}

async function join(artifacts: Artifacts, sha256: string): Promise<ArtifactRef> {
  const parts = await partsOf(artifacts, sha256);
  const whole = async function* () {
    for (const part of parts) yield* artifacts.get(part);
  };
  const file = await artifacts.put(fileName(sha256), whole());
  if (file.sha256 !== sha256) await artifacts.remove(fileName(sha256));
  await removeParts(artifacts, sha256);
  if (file.sha256 === sha256) return file;
  throw invalid("header.sha256", sha256, `${file.sha256}, the digest of what came: send the file again`);
}

/** The parts from the beginning as far as none is missing. */
async function partsOf(artifacts: Artifacts, sha256: string): Promise<ArtifactRef[]> {
  const parts: ArtifactRef[] = [];
  let end = 0;
  for await (const part of artifacts.list(partsFolder(sha256))) {
    if (part.path !== partName(sha256, end)) break;
    parts.push(part);
    end += part.sizeBytes;
  }
  return parts;
}

async function removeParts(artifacts: Artifacts, sha256: string): Promise<void> {
  const names: string[] = [];
  for await (const { path } of artifacts.list(partsFolder(sha256))) names.push(path);
  for (const name of names) await artifacts.remove(name);
}

function invalid(field: string, found: string | number, expected: string): ServiceError {
  const message = `${field}: found ${found}, expected ${expected}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field, found: String(found), expected });
}
