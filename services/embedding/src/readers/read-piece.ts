import { createIdTable } from "@climb/numeric";
import { DamagedFileError } from "./bytes.js";
import { detectFormat } from "./detect-format.js";
import { type BadRecord, badRecord, type CorpusDocument, type CorpusOptions, type ReadItem } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { readJsonl } from "./jsonl.js";
import { readLines } from "./lines.js";
import { readParquet } from "./parquet.js";
import type { Piece } from "./piece.js";
import { LinesUnknownError } from "./record.js";
import { splitDocument } from "./split-document.js";
import { addBad, emptyTally, type Tally } from "./tally.js";
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

const READERS = { jsonl: readJsonl, parquet: readParquet, files: readTextFile };

/** Reads the documents of a piece in order, one after another as they are asked for; returns what became of it. */
export async function* readPiece(
  { files, part }: Piece,
  options: CorpusOptions,
  reading: PieceReading,
): AsyncGenerator<CorpusDocument, PieceTally> {
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
    const items = part
      ? READERS[part.format](file, options, { range: part.range, linesBefore: reading.linesBefore })
      : readFile(file, options);
    try {
      for (;;) {
        const next = await items.next();
        if (next.done) {
          tally.lines += next.value;
          break;
        }
        const item = next.value;
        if ("bad" in item) {
          if (bad(item.bad, file)) return tally;
          continue;
        }
        for (const document of splitDocument(item.document, maxDocumentBytes)) {
          if (tally.documents >= until) break;
          if (seen.add(document.id, 0) && !reading.duplicates?.has(number++)) {
            tally.documents++;
            yield document;
          } else if (bad(duplicate(document, item.line), file)) return tally;
        }
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

async function* readFile(file: InputFile, options: CorpusOptions): AsyncGenerator<ReadItem, number> {
  if (file.sizeBytes === 0) {
    yield badRecord(file.name, 0, "the file is empty (0 bytes)", "skipped");
    return 0;
  }
  const format = options.format === "auto" ? await detectFormat(file) : options.format;
  return yield* READERS[format](file, options);
}

async function countLines({ path }: InputFile, { range }: FilePart): Promise<number> {
  let lines = 0;
  try {
    for await (const { line } of readLines(path, { range, longestBytes: 0 })) lines = line;
  } catch (error) {
    // Whoever reads the records says what is wrong with the file.
    if (!(error instanceof DamagedFileError)) throw error;
  }
  return lines;
}

function duplicate({ source, id }: CorpusDocument, line: number): BadRecord {
  return { file: source, line, reason: `duplicate id "${id}"`, extent: "record" };
}
