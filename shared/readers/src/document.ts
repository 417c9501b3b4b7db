import type { Carried } from "./carry.js";
import type { CorpusFormat } from "./input-file.js";

/** One text of a corpus. */
export interface CorpusDocument {
  id: string;
  text: string;
  /** The file it came from, relative to the path that the user named. */
  source: string;
  /** Other fields of its record that are to be kept. */
  fields?: Carried;
}

/** A record or file that could not be used. */
export interface BadRecord {
  file: string;
  /** Line of the file, record of a JSON document, row of the table, or 0 for the file as a whole; counted from 1. */
  line: number;
  reason: string;
  /**
   * "record": one record is lost. "part", "file": the rest of the part of a file, or of the file, is lost, which is an
   * error unless broken files are to be skipped. "skipped": the file is no text (an image in a folder of documents); it is
   * listed but is no fault of the corpus.
   */
  extent: "record" | "part" | "file" | "skipped";
  /** Bytes that are lost, as far as they are known; of a broken file its size, unless given. */
  bytes?: number;
}

/** What a reader yields; `line` as in {@link BadRecord}. */
export type ReadItem = { document: CorpusDocument; line: number } | { bad: BadRecord };

/** How records are read. */
export interface ReadOptions {
  /** Field or column of the text; "" for "text" or, without such a field, what the first records show. */
  textField: string;
  /** Field or column of the id; a record without one is named "<file>:<line>". */
  idField: string;
  /** Records are read for their ids and what is carried; every text is "". */
  withoutText?: boolean;
  /** The text may be any value, as labels are: a number stands for itself with all its digits, null and blanks for "". */
  valueAsText?: boolean;
  /** Fields to keep beside the text, by name; "*" for all of them. */
  carry?: readonly string[];
  /** Longer texts are cut at paragraph ends; UTF-8 bytes. */
  maxDocumentBytes: number;
}

/** How a corpus is read. */
export interface CorpusOptions extends ReadOptions {
  format: CorpusFormat;
  /** Largest share of bad records, and of their bytes, 0 to 1. */
  maxBadShare: number;
  /** Read at most this many documents, evenly over the files; 0 means all. */
  maxDocuments: number;
  /** Go on where files are broken: pointers of git-LFS, zeros, cut off, in an unknown format. */
  skipBrokenFiles?: boolean;
}

/** See {@link BadRecord}. @param line counted from 1; 0 for the file as a whole @param bytes that are lost */
export function badRecord(
  file: string,
  line: number,
  reason: string,
  extent: BadRecord["extent"] = "record",
  bytes?: number,
): { bad: BadRecord } {
  return { bad: { file, line, reason, extent, ...(bytes !== undefined && { bytes }) } };
}
