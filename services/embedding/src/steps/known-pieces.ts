import { stat } from "node:fs/promises";
import { READING_VERSION } from "@climb/readers/fingerprint";
import type { InputFile } from "@climb/readers/input-file";
import { nativePath } from "@climb/readers/native-path";
import type { Piece } from "@climb/readers/piece";
import { isS3 } from "@climb/readers/s3";
import { contentId } from "@climb/runtime";
import type { Work } from "./context.js";
import type { Correction, PlannedCorpus } from "./piece-shards.js";

/** The prefix of the names of what was read of pieces, which corpora share. */
const PIECES = "embedding/pieces/";

/**
 * Name of what is read of a piece, by its content: the bytes of its files, what they are called, and how they are read. So a
 * corpus of which one file has changed shares all other pieces with the one before, wherever it lies. Of a part of a large
 * file, which cannot be told by bytes of its own, the file's place, size and time of change stand for its content.
 * @returns undefined where a piece is its corpus's alone: of objects in a store, and of files that cannot be opened
 */
export async function pieceName(
  { pool }: Pick<Work, "pool">,
  { pieces, options, limits, totalBytes }: PlannedCorpus,
  { index, correction }: { index: number; correction: Correction | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files, part } = pieces[index] as Piece;
  if (files.some(({ path, broken }) => broken !== undefined || isS3(path))) return undefined;
  const contents = part
    ? files.map(({ path, upload, modifiedMs }) => `${upload ?? path} ${modifiedMs}`)
    : await pool.run("digestFiles", { files }, { signal }).catch(() => {
        // Who reads it says what is wrong with it.
        signal.throwIfAborted();
      });
  if (!contents) return undefined;
  const told = files.map(({ path: _, upload: __, modifiedMs: ___, ...file }, i) => ({ ...file, content: contents[i] }));
  const { linesBefore, duplicates } = correction ?? {};
  // What is all of a corpus keeps no list of ids, and is given up by its share of bad records.
  const alone = pieces.length === 1 ? totalBytes : undefined;
  const read = JSON.stringify({ told, range: part, options, limits, linesBefore, duplicates, alone });
  return `${PIECES}${contentId("piece", READING_VERSION, read)}`;
}

/** Whether files are as they were when the corpus was planned: only then is what was read of them what their name says. */
export async function areUnchanged(files: readonly InputFile[]): Promise<boolean> {
  const found = await Promise.all(
    files.map(async ({ path, upload, sizeBytes, modifiedMs }) => {
      if (upload !== undefined) return true;
      const { size, mtimeMs } = await stat(nativePath(path));
      return size === sizeBytes && mtimeMs === modifiedMs;
    }),
  ).catch(() => [false]);
  return found.every(Boolean);
}
