import { hashSeed } from "@climb/numeric";
import pMap from "p-map";
import { isPacked } from "./bytes.js";
import type { CorpusOptions } from "./document.js";
import type { ByteRange, InputFile } from "./input-file.js";
import { inspectFile } from "./inspect.js";

/** What one job reads of a corpus: some files, one after another, or a part of one. */
export interface Piece {
  files: InputFile[];
  /** How the only file is read, and what of it. */
  part?: { format: "jsonl" | "parquet"; range: ByteRange };
}

const LOOKS_AT_ONCE = 16;
/** Opening a file costs as much as reading so many bytes. */
const FILE_COST_BYTES = 8 * 1024;

/** Small files are together about this share of the bytes that a piece may have. */
const SHARE_OF_PIECE = 1 / 16;

/**
 * The pieces of a corpus, in its order: small files together, plain JSON lines and Parquet cut into parts of equal size,
 * what cannot be cut as it is. Where small files are parted follows from their names, the more likely the larger they are,
 * and not from what stands before: with a file more or fewer all pieces but those beside it stay what they are. They depend
 * on the files and on `pieceBytes`, never on who reads them. A limited number of documents is spread over the files as they
 * are read, so that a corpus with such a limit is one piece.
 */
export async function planPieces(
  files: readonly InputFile[],
  options: CorpusOptions,
  pieceBytes: number,
): Promise<Piece[]> {
  if (options.maxDocuments > 0) return [{ files: [...files] }];
  const pieces: Piece[] = [];
  let open: InputFile[] = [];
  let openBytes = 0;
  const close = () => {
    if (open.length > 0) pieces.push({ files: open });
    open = [];
    openBytes = 0;
  };
  const look = async (file: InputFile) => (file.sizeBytes > pieceBytes ? cuttableFormat(file, options) : undefined);
  const formats = await pMap(files, look, { concurrency: LOOKS_AT_ONCE });
  for (const [i, file] of files.entries()) {
    const format = formats[i];
    if (format) {
      close();
      for (const range of rangesOf(file.sizeBytes, pieceBytes)) pieces.push({ files: [file], part: { format, range } });
      continue;
    }
    const cost = Math.max(file.sizeBytes, FILE_COST_BYTES);
    if (openBytes + cost > pieceBytes) close();
    open.push(file);
    openBytes += cost;
    const draw = (hashSeed(0, "piece", file.name) >>> 0) / 2 ** 32;
    if (draw * pieceBytes * SHARE_OF_PIECE < cost) close();
  }
  close();
  return pieces;
}

/** Bytes that a piece has to read. */
export function sizeOf({ files, part }: Piece): number {
  return part ? part.range.end - part.range.start : files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

async function cuttableFormat(file: InputFile, options: CorpusOptions) {
  const found = await inspectFile(file, options);
  // Whoever reads it says what is wrong with it.
  if ("broken" in found) return undefined;
  if (found.format === "parquet") return found.format;
  return found.format === "jsonl" && !(await isPacked(file.path)) ? found.format : undefined;
}

function rangesOf(sizeBytes: number, pieceBytes: number): ByteRange[] {
  const count = Math.ceil(sizeBytes / pieceBytes);
  const bound = (i: number) => Math.floor((sizeBytes * i) / count);
  return Array.from({ length: count }, (_, i) => ({ start: bound(i), end: bound(i + 1) }));
}
