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
