import { createIdTable } from "@climb/numeric";
import { readArrow } from "./arrow.js";
import { DamagedFileError } from "./bytes.js";
import { readCsv } from "./csv.js";
import { type BadRecord, badRecord, type CorpusDocument, type CorpusOptions, type ReadItem } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { inspectFile } from "./inspect.js";
import { readJson } from "./json.js";
import { readJsonl } from "./jsonl.js";
import { readLines } from "./lines.js";
import { readParquet } from "./parquet.js";
import type { Piece } from "./piece.js";
import { LinesUnknownError } from "./record.js";
import { splitDocument } from "./split-document.js";
import { addBad, addCarried, emptyTally, type Tally } from "./tally.js";
import { readTar } from "./tar.js";
import { readTextFile } from "./text-file.js";

/** What became of a piece. */
export interface PieceTally extends Tally {
  /** Lines that begin in a part of a file. */
  lines: number;
  /** The piece was given up: it has records that are named after their lines, and must know how many stand before it. */
  needsLines: boolean;
}

export interface PieceReading {
  /** Hears of each bad record in order; it does not stop the reading. */
  onBad(bad: BadRecord): void;
  /** Lines of the file before a part of it, once they are counted. */
  linesBefore?: number | undefined;
  /** Documents, by their number in the piece, whose id an earlier piece has. */
  duplicates?: ReadonlySet<number>;
  /** Whether reading on is of no use. */
  isHopeless?(tally: Tally): boolean;
}

const READERS = {
  jsonl: readJsonl,
  json: readJson,
  parquet: readParquet,
  arrow: readArrow,
  tar: readTar,
  files: readTextFile,
};

/** Reads the documents of a piece in order, as many together as its files give; returns what became of it. */
export async function* readPiece(
  { files, part }: Piece,
  options: CorpusOptions,
  reading: PieceReading,
): AsyncGenerator<CorpusDocument[], PieceTally> {
  const { maxDocuments, maxDocumentBytes } = options;
  const seen = createIdTable();
  const tally: PieceTally = { ...emptyTally(), lines: 0, needsLines: false };
  const bad = (problem: BadRecord, file: InputFile) => {
    reading.onBad(problem);
    const isPart = part && problem.extent === "part";
    addBad(tally, problem, isPart ? part.range.end - part.range.start : file.sizeBytes);
    return reading.isHopeless?.(tally) ?? false;
  };
  let number = 0;
  for (const [index, file] of files.entries()) {
    const left = maxDocuments - tally.documents;
    if (maxDocuments > 0 && left <= 0) break;
    // What a short file leaves over goes to the files after it.
    const until =
      maxDocuments > 0 ? tally.documents + Math.ceil(left / (files.length - index)) : Number.POSITIVE_INFINITY;
    const items = readFile(file, options, part && { range: part.range, linesBefore: reading.linesBefore });
    try {
      for (;;) {
        const next = await items.next();
        if (next.done) {
          tally.lines += next.value;
          break;
        }
        const documents: CorpusDocument[] = [];
        let isHopeless = false;
        for (const item of next.value) {
          if (isHopeless || tally.documents >= until) break;
          if ("bad" in item) {
            isHopeless = bad(item.bad, file);
            continue;
          }
          for (const document of splitDocument(inFile(item.document, file), maxDocumentBytes)) {
            if (isHopeless || tally.documents >= until) break;
            if (seen.add(document.id, 0) && !reading.duplicates?.has(number++)) {
              tally.documents++;
              tally.textBytes += Buffer.byteLength(document.text);
              for (const name in document.fields) addCarried(tally, name);
              documents.push(document);
            } else isHopeless = bad(duplicate(document, item.line), file);
          }
        }
        if (documents.length > 0) yield documents;
        if (isHopeless) return tally;
        if (tally.documents >= until) break;
      }
    } catch (error) {
      if (!(error instanceof LinesUnknownError && part)) throw error;
      return { ...emptyTally(), lines: await countLines(file, part), needsLines: true };
    } finally {
      await items.return(0);
    }
  }
  return tally;
}

async function* readFile(
  file: InputFile,
  options: CorpusOptions,
  part: FilePart | undefined,
): AsyncGenerator<ReadItem[], number> {
  if (file.sizeBytes === 0 && file.broken === undefined) {
    yield [badRecord(file.name, 0, "the file is empty (0 bytes)", "skipped")];
    return 0;
  }
  const found = await inspectFile(file, options);
  if ("broken" in found) {
    const { reason, bytes } = found.broken;
    // A part that others share tells nothing of the whole.
    if (!part || part.range.start === 0) yield [badRecord(file.name, 0, reason, "file", bytes ?? file.sizeBytes)];
    return 0;
  }
  const reading = { ...options, textField: found.textField };
  if (found.format === "csv") return yield* readCsv(file, reading, found.delimiter);
  return yield* READERS[found.format](file, reading, part);
}

/** A document under the name that it has where ids begin anew in each file. */
function inFile(document: CorpusDocument, { name, idsByFile }: InputFile): CorpusDocument {
  const isNamedSo = document.id.startsWith(`${name}:`) || document.id.startsWith(`${name}/`);
  return idsByFile && !isNamedSo ? { ...document, id: `${name}/${document.id}` } : document;
}

async function countLines({ path }: InputFile, { range }: FilePart): Promise<number> {
  let lines = 0;
  try {
    for await (const some of readLines(path, { range, longestBytes: 0 })) lines = some.at(-1)?.line ?? lines;
  } catch (error) {
    // Whoever reads the records says what is wrong with the file.
    if (!(error instanceof DamagedFileError)) throw error;
  }
  return lines;
}

function duplicate({ source, id, text }: CorpusDocument, line: number): BadRecord {
  return { file: source, line, reason: `duplicate id "${id}"`, extent: "record", bytes: Buffer.byteLength(text) };
}
