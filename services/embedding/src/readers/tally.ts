import { ServiceError } from "@climb/runtime/worker";
import type { BadRecord } from "./document.js";
import type { InputFile } from "./input-file.js";

/** What became of the records of a corpus, or of a piece of one. */
export interface Tally {
  documents: number;
  /** Records that could not be used, damaged files among them. */
  faults: number;
  /** Records in the quarantine: faults, and files that are no text. */
  quarantined: number;
  /** Bytes of damaged files, or of damaged parts. */
  damagedBytes: number;
  firstFault?: BadRecord | undefined;
  /** The first file that is no text. */
  firstSkipped?: BadRecord | undefined;
}

/** After so many records a share is no accident, and there is no use in reading on. */
const RECORDS_BEFORE_VERDICT = 10_000;

/** Before the first record. */
export function emptyTally(): Tally {
  return { documents: 0, faults: 0, quarantined: 0, damagedBytes: 0 };
}

/** @param bytes size of the file, or of its part, which is damaged if the record says so */
export function addBad(tally: Tally, bad: BadRecord, bytes: number): void {
  tally.quarantined++;
  if (bad.extent === "skipped") {
    tally.firstSkipped ??= bad;
    return;
  }
  tally.firstFault ??= bad;
  tally.faults++;
  if (bad.extent !== "record") tally.damagedBytes += bytes;
}

/** The tally of a corpus from those of its pieces, in their order. */
export function joinTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      documents: all.documents + one.documents,
      faults: all.faults + one.faults,
      quarantined: all.quarantined + one.quarantined,
      damagedBytes: all.damagedBytes + one.damagedBytes,
      firstFault: all.firstFault ?? one.firstFault,
      firstSkipped: all.firstSkipped ?? one.firstSkipped,
    }),
    emptyTally(),
  );
}

/** The error of a corpus of which more is bad than may be. @param totalBytes of all its files */
export function tooBad(tally: Tally, totalBytes: number, maxBadShare: number): ServiceError | undefined {
  const { faults, damagedBytes } = tally;
  const records = tally.documents + faults;
  const share = records === 0 ? 0 : faults / records;
  // How many records a damaged file held is not known; its bytes stand for them.
  const lostShare = totalBytes === 0 ? 0 : damagedBytes / totalBytes;
  if (share <= maxBadShare && lostShare <= maxBadShare) return undefined;
  const what =
    lostShare > share
      ? `${percent(lostShare)} of the input's bytes are in damaged files`
      : `${faults} of ${records} records (${percent(share)}) cannot be used`;
  const message = `${what}; the limit is ${percent(maxBadShare)}. The first: ${describe(firstOf(tally))}`;
  const metadata = { bad: String(faults), total: String(records), limit: String(maxBadShare) };
  return new ServiceError("invalid", "INPUT_BAD", message, metadata);
}

/** Whether so much was bad in so many records that reading on is of no use. */
export function isHopeless(tally: Tally, totalBytes: number, maxBadShare: number): boolean {
  if (tally.documents + tally.faults < RECORDS_BEFORE_VERDICT) return false;
  return tooBad(tally, totalBytes, maxBadShare) !== undefined;
}

/** @throws ServiceError INPUT_EMPTY without a document; INPUT_BAD if more is bad than may be */
export function expectUsable(tally: Tally, files: readonly InputFile[], maxBadShare: number): void {
  const error = tally.documents > 0 ? tooBad(tally, totalSize(files), maxBadShare) : noDocument(tally, files);
  if (error) throw error;
}

/** Bytes of files in all. */
export function totalSize(files: readonly InputFile[]): number {
  return files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

function noDocument(tally: Tally, files: readonly InputFile[]): ServiceError {
  const [file] = files;
  const where = files.length === 1 ? file?.path : `${files.length} files from ${file?.path} on`;
  const first = firstOf(tally);
  const why = first ? `; the first problem: ${describe(first)}` : "";
  const message = `no document in ${where}${why}; expected JSON lines, Parquet or text files`;
  return new ServiceError("invalid", "INPUT_EMPTY", message, { path: file?.path ?? "" });
}

function firstOf({ firstFault, firstSkipped }: Tally): BadRecord | undefined {
  return firstFault ?? firstSkipped;
}

function describe(bad: BadRecord | undefined): string {
  if (!bad) return "none";
  return `${bad.file}${bad.line > 0 ? `, line ${bad.line}` : ""}: ${bad.reason}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
