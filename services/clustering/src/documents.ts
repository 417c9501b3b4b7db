import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { ServiceError } from "@climb/runtime";

/** One line of a document shard. */
export interface StoredDocument {
  id: string;
  text: string;
}

/**
 * The documents of a shard (gzip JSON lines) in order, streamed.
 * @throws ServiceError invalid RECORD_INVALID naming file and line; the errors of a corrupt gzip file
 */
export async function* readDocuments(path: string): AsyncGenerator<StoredDocument> {
  // The pipeline destroys both ends when one fails; the error itself comes out of the iteration below.
  const plain = pipeline(createReadStream(path), createGunzip(), () => {});
  let line = 0;
  for await (const json of createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    yield parse(json, path, line);
  }
  if (plain.errored) throw plain.errored;
}

function parse(json: string, file: string, line: number): StoredDocument {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    throw invalid(file, line, "is not JSON");
  }
  const { id, text } = (record ?? {}) as Partial<StoredDocument>;
  if (typeof id !== "string" || typeof text !== "string") throw invalid(file, line, 'needs strings "id" and "text"');
  return { id, text };
}

function invalid(file: string, line: number, fault: string): ServiceError {
  const metadata = { file, line: String(line), field: "" };
  return new ServiceError("invalid", "RECORD_INVALID", `${file}:${line} ${fault}`, metadata);
}
