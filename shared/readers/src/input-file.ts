/** A file of the corpus. */
export interface InputFile {
  /** As it is opened; bytes of a name that are no UTF-8 stand in it as in native-path.ts. */
  path: string;
  /** Its climb:// URI, if it was uploaded; the path is then where this process has it. */
  upload?: string;
  /** How it is called in documents, in the quarantine and in the corpus's identity: relative to what the user named. */
  name: string;
  sizeBytes: number;
  modifiedMs: number;
  /** Whether it was named itself, and not found in a directory or by a glob. */
  named: boolean;
  /** Whether its folder is a data set: then JSON and CSV are records, never documents of their own. */
  amongData?: boolean;
  /** Why it cannot be opened, for example a link that leads nowhere. */
  broken?: string;
  /** Whether its ids begin anew in it, so that documents are named "<file>/<id>". */
  idsByFile?: boolean;
}

/** How records lie in a file. */
export type RecordFormat = "jsonl" | "json" | "csv" | "parquet" | "arrow" | "tar";

/** How a corpus is read, as a user says it; "jsonl" stands for JSON records of any layout. */
export type CorpusFormat = "auto" | "jsonl" | "csv" | "parquet" | "arrow" | "tar" | "files";

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
