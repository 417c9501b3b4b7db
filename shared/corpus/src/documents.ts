import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ServiceError } from "@climb/runtime/worker";
import { lineBatches, linesOf } from "./lines.js";

const CHUNK_BYTES = 256 * 1024;

/** One line of a document shard. */
export interface StoredDocument {
  id: string;
  text: string;
  /** What is carried of its record, as text by the name of the field; "*" is a JSON object of all of them. */
  fields?: { [name: string]: string };
}

/** A line of a document shard, counted from 0, and the domain of its document. */
export interface AssignedLine {
  row: number;
  json: string;
  /** Index of the domain; −1 if pruned. */
  domain: number;
}

/** A document shard on this machine: gzip JSON lines, and the raw int32 domain of each line (−1 = pruned). */
export interface AssignedShard {
  documentsPath: string;
  assignmentsPath: string;
}

export interface AssignedDocument extends StoredDocument {
  /** 0-based, over all shards. */
  index: number;
  /** Index of the domain; −1 if pruned. */
  domain: number;
}

/**
 * The lines of a file, plain or gzip, streamed.
 * @throws the errors of a missing file or a corrupt gzip file
 */
export async function* readTextLines(path: string): AsyncGenerator<string> {
  yield* linesOf(await openPlain(path));
}

/**
 * The documents of a shard in order, streamed.
 * @throws ServiceError invalid RECORD_INVALID naming file and line; the errors of a missing or corrupt file
 */
export async function* readDocuments(path: string): AsyncGenerator<StoredDocument> {
  let line = 0;
  for await (const lines of lineBatches(await openPlain(path)))
    for (const json of lines) yield parseDocument(json, path, ++line);
}

/**
 * The documents of shards with their domains, in order, streamed; assignments are held for one shard at a time.
 * @throws ServiceError as readAssignedLines and parseDocument
 */
export async function* readAssigned(shards: readonly AssignedShard[]): AsyncGenerator<AssignedDocument> {
  let before = 0;
  for (const shard of shards) {
    let rows = 0;
    for await (const { row, json, domain } of readAssignedLines(shard)) {
      rows = row + 1;
      yield { index: before + row, ...parseDocument(json, shard.documentsPath, rows), domain };
    }
    before += rows;
  }
}

/**
 * The lines of a shard with their domains, unread.
 * @throws ServiceError invalid RECORD_INVALID if the shard and its assignments differ in length; the errors of a missing
 * or corrupt file
 */
export async function* readAssignedLines({
  documentsPath,
  assignmentsPath,
}: AssignedShard): AsyncGenerator<AssignedLine> {
  const raw = await readFile(assignmentsPath);
  const domains = new Int32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  let row = 0;
  for await (const lines of lineBatches(await openPlain(documentsPath))) {
    for (const json of lines) yield { row, json, domain: domains[row++] ?? -1 };
  }
  if (row !== domains.length) {
    throw invalid(documentsPath, row, `is the last document, expected ${domains.length} for as many assignments`);
  }
}

async function openPlain(path: string): Promise<Readable> {
  const start = await firstBytes(path, 2);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (start[0] !== 0x1f || start[1] !== 0x8b) return file;
  // The pipeline destroys both ends when one fails; the error itself comes out of the iteration.
  return pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
}

async function firstBytes(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** @throws ServiceError invalid RECORD_INVALID naming file and line */
export function parseDocument(json: string, file: string, line: number): StoredDocument {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    throw invalid(file, line, "is not JSON");
  }
  const { id, text, fields } = (record ?? {}) as Partial<StoredDocument>;
  if (typeof id !== "string" || typeof text !== "string") throw invalid(file, line, 'needs strings "id" and "text"');
  return { id, text, ...(fields && { fields }) };
}

function invalid(file: string, line: number, fault: string): ServiceError {
  const metadata = { file, line: String(line), field: "" };
  return new ServiceError("invalid", "RECORD_INVALID", `${file}:${line} ${fault}`, metadata);
}
