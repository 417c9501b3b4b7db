import { contentId } from "@climb/runtime/worker";
import type { CorpusOptions } from "./document.js";
import type { InputFile } from "./input-file.js";

/** Grows when the same files are read otherwise than before. */
export const READING_VERSION = 3;

/**
 * Identity of a corpus: the name, size and time of change of every file in order, and how they are read. Content is not
 * hashed: a corpus may be terabytes, and the answer is wanted before the first byte is read.
 */
export function fingerprint(files: readonly InputFile[], options: CorpusOptions): string {
  const parts = files.flatMap((file) => [file.name, file.sizeBytes, Math.trunc(file.modifiedMs)]);
  const { format, textField, idField, maxBadShare, maxDocumentBytes, maxDocuments } = options;
  const skips = options.skipBrokenFiles ? ["skip-broken-files"] : [];
  const carried = options.carry?.length ? ["carry", ...options.carry] : [];
  const kind = options.withoutText ? ["without-text"] : [];
  const reading = [
    format,
    textField,
    idField,
    maxBadShare,
    maxDocumentBytes,
    maxDocuments,
    ...skips,
    ...carried,
    ...kind,
  ];
  return contentId("corpus", READING_VERSION, ...reading, ...parts);
}
