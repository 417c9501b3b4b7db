/** A file of the corpus. */
export interface InputFile {
  /** As it is opened. */
  path: string;
  /** How it is called in documents, in the quarantine and in the corpus's identity: relative to what the user named. */
  name: string;
  sizeBytes: number;
  modifiedMs: number;
  /** Whether it was named itself, and not found in a directory or by a glob. */
  named: boolean;
}

export type CorpusFormat = "auto" | "jsonl" | "parquet" | "files";

/** Bytes from `start` up to `end`, which is not one of them. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The records of a file that begin in a range of its bytes. */
export interface FilePart {
  range: ByteRange;
  /** Lines of the file before the range; undefined while nobody has counted them. */
  linesBefore?: number | undefined;
}
