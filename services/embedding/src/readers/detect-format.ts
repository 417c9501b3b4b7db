import { isUtf8 } from "node:buffer";
import { DamagedFileError } from "./bytes.js";
import type { CorpusFormat, InputFile } from "./input-file.js";
import { readLines } from "./lines.js";
import { firstBytes } from "./source.js";

const JSON_LINES = /\.(jsonl|ndjson)(\.gz|\.zst|\.zstd)?$/i;
/** Names that are JSON lines in some data sets and one JSON document elsewhere: the first line decides. */
const PERHAPS_JSON_LINES = /\.(json|gz|zst|zstd)$/i;
/** One line of a file that is to be looked at must not be the whole of a huge file. */
const LOOK_BYTES = 4 * 1024 * 1024;

/** How to read a file: by its name and, where that leaves a doubt, by its first bytes or its first line. */
export async function detectFormat(file: InputFile): Promise<Exclude<CorpusFormat, "auto">> {
  if (JSON_LINES.test(file.name)) return "jsonl";
  if (/\.parquet$/i.test(file.name)) return "parquet";
  const start = await firstBytes(file.path, 4).catch(() => Buffer.alloc(0));
  if (start.toString("latin1") === "PAR1") return "parquet";
  return PERHAPS_JSON_LINES.test(file.name) && (await startsWithJsonLine(file)) ? "jsonl" : "files";
}

async function startsWithJsonLine(file: InputFile): Promise<boolean> {
  try {
    for await (const { bytes } of readLines(file.path, { longestBytes: LOOK_BYTES })) {
      if (bytes?.[0] !== 0x7b || !isUtf8(bytes)) return false;
      const record: unknown = JSON.parse(bytes.toString("utf8"));
      return typeof record === "object" && record !== null && "text" in record;
    }
  } catch (error) {
    // A gzip that cannot be opened is reported by the reader that is then chosen.
    if (error instanceof DamagedFileError || error instanceof SyntaxError) return false;
    throw error;
  }
  return false;
}
