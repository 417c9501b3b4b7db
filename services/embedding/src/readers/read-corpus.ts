import { createIdTable, type IdTable } from "@climb/numeric";
import { ServiceError } from "@climb/runtime";
import { detectFormat } from "./detect-format.js";
import { type BadRecord, badRecord, type CorpusDocument, type ReadItem, type ReadOptions } from "./document.js";
import type { CorpusFormat, InputFile } from "./input-file.js";
import { readJsonl } from "./jsonl.js";
import { readParquet } from "./parquet.js";
import { splitDocument } from "./pieces.js";
import { readTextFile } from "./text-file.js";

export interface CorpusOptions extends ReadOptions {
  format: CorpusFormat;
  /** Largest share of bad records, and of bytes in damaged files, 0 to 1. */
  maxBadShare: number;
  /** Read at most this many documents, evenly over the files; 0 means all. */
  maxDocuments: number;
}

/** What became of a corpus. */
export interface CorpusSummary {
  documents: number;
  /** Records in the quarantine, files that are no text included. */
  quarantined: number;
}

const READERS = { jsonl: readJsonl, parquet: readParquet, files: readTextFile };
/** After so many records a share is no accident, and there is no use in reading on. */
const RECORDS_BEFORE_VERDICT = 10_000;

/**
 * Reads the documents of files in order, one after another as they are asked for. Bad records go to `onBad` and do not
 * stop the reading, until there are too many of them.
 * @throws ServiceError INPUT_BAD if the share of bad records is above the limit, INPUT_EMPTY if there is no document
 */
export async function* readCorpus(
  files: readonly InputFile[],
  options: CorpusOptions,
  onBad: (bad: BadRecord) => void,
): AsyncGenerator<CorpusDocument, CorpusSummary> {
  const seen = createIdTable();
  const tally = createTally(files, options.maxBadShare);
  for (const [index, file] of files.entries()) {
    const left = options.maxDocuments - tally.documents;
    if (options.maxDocuments > 0 && left <= 0) break;
    // What a short file leaves over goes to the files after it.
    const quota = options.maxDocuments > 0 ? Math.ceil(left / (files.length - index)) : Number.POSITIVE_INFINITY;
    const until = tally.documents + quota;
    for await (const item of splitItems(readFile(file, options), options)) {
      const problem = "bad" in item ? item.bad : duplicate(item.document, item.line, seen);
      if (problem) {
        onBad(problem);
        tally.addBad(problem, file);
      } else if ("document" in item) {
        tally.addDocument();
        yield item.document;
        if (tally.documents >= until) break;
      }
    }
  }
  tally.finish();
  return { documents: tally.documents, quarantined: tally.quarantined };
}

async function* readFile(file: InputFile, options: CorpusOptions): AsyncGenerator<ReadItem> {
  if (file.sizeBytes === 0) {
    yield badRecord(file.name, 0, "the file is empty (0 bytes)", "skipped");
    return;
  }
  const format = options.format === "auto" ? await detectFormat(file) : options.format;
  yield* READERS[format](file, options);
}

async function* splitItems(items: AsyncIterable<ReadItem>, options: CorpusOptions): AsyncGenerator<ReadItem> {
  for await (const item of items) {
    if ("bad" in item) yield item;
    else
      for (const document of splitDocument(item.document, options.maxDocumentBytes))
        yield { document, line: item.line };
  }
}

function duplicate(document: CorpusDocument, line: number, seen: IdTable): BadRecord | undefined {
  if (seen.add(document.id, 0)) return undefined;
  return { file: document.source, line, reason: `duplicate id "${document.id}"`, extent: "record" };
}

function createTally(files: readonly InputFile[], maxBadShare: number) {
  const totalBytes = files.reduce((total, file) => total + file.sizeBytes, 0);
  let [documents, faults, quarantined, damagedBytes] = [0, 0, 0, 0];
  let first: BadRecord | undefined;

  const judge = () => {
    const records = documents + faults;
    const share = records === 0 ? 0 : faults / records;
    // How many records a damaged file held is not known; its bytes stand for them.
    const lostShare = totalBytes === 0 ? 0 : damagedBytes / totalBytes;
    if (share <= maxBadShare && lostShare <= maxBadShare) return;
    const what =
      lostShare > share
        ? `${percent(lostShare)} of the input's bytes are in damaged files`
        : `${faults} of ${records} records (${percent(share)}) cannot be used`;
    const message = `${what}; the limit is ${percent(maxBadShare)}. The first: ${describe(first)}`;
    const metadata = { bad: String(faults), total: String(records), limit: String(maxBadShare) };
    throw new ServiceError("invalid", "INPUT_BAD", message, metadata);
  };

  return {
    get documents() {
      return documents;
    },
    get quarantined() {
      return quarantined;
    },
    addDocument() {
      documents++;
    },
    addBad(bad: BadRecord, file: InputFile) {
      quarantined++;
      if (bad.extent === "skipped") {
        first ??= bad;
        return;
      }
      if (faults === 0) first = bad;
      faults++;
      if (bad.extent === "file") damagedBytes += file.sizeBytes;
      if (documents + faults >= RECORDS_BEFORE_VERDICT) judge();
    },
    finish() {
      if (documents > 0) return judge();
      const where =
        files.length === 1 ? (files[0] as InputFile).path : `${files.length} files from ${files[0]?.path} on`;
      const why = first ? `; the first problem: ${describe(first)}` : "";
      const message = `no document in ${where}${why}; expected JSON lines, Parquet or text files`;
      throw new ServiceError("invalid", "INPUT_EMPTY", message, { path: files[0]?.path ?? "" });
    },
  };
}

function describe(bad: BadRecord | undefined): string {
  if (!bad) return "none";
  return `${bad.file}${bad.line > 0 ? `, line ${bad.line}` : ""}: ${bad.reason}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
