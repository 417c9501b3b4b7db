import { ServiceError } from "@climb/runtime/worker";
import { amount, describe, noDocument, percent, totalSize } from "./bad-input.js";
import type { BadRecord } from "./document.js";
import type { InputFile } from "./input-file.js";

/** Records that were lost for one reason. */
export interface Loss {
  records: number;
  bytes: number;
}

/** What became of the records of a corpus, or of a piece of one. */
export interface Tally {
  documents: number;
  /** UTF-8 bytes of the documents. */
  textBytes: number;
  /** Records that could not be used, broken files not among them. */
  faults: number;
  /** Bytes of these records, as far as they are known. */
  faultBytes: number;
  /** Records in the quarantine: faults, broken files, and files that are no text. */
  quarantined: number;
  /** Files, or parts of files, that break off or cannot be read. */
  broken: number;
  /** Bytes that are lost with them. */
  brokenBytes: number;
  /** By reason. */
  losses: { [reason: string]: Loss };
  /** Documents that have each field that is carried. */
  carried?: { [name: string]: number };
  firstFault?: BadRecord | undefined;
  firstBroken?: BadRecord | undefined;
  /** The first file that is no text. */
  firstSkipped?: BadRecord | undefined;
}

/** How much may be bad. */
export interface Tolerance {
  maxBadShare: number;
  skipBrokenFiles?: boolean;
}

/** After so many records a share is no accident, and there is no use in reading on. */
const RECORDS_BEFORE_VERDICT = 10_000;

/** Before the first record. */
export function emptyTally(): Tally {
  return {
    documents: 0,
    textBytes: 0,
    faults: 0,
    faultBytes: 0,
    quarantined: 0,
    broken: 0,
    brokenBytes: 0,
    losses: {},
  };
}

/** @param bytes size of the file, or of its part, which is lost if the record says so and tells no size of its own */
export function addBad(tally: Tally, bad: BadRecord, bytes: number): void {
  tally.quarantined++;
  const lost = bad.bytes ?? (bad.extent === "part" || bad.extent === "file" ? bytes : 0);
  addLoss(tally.losses, reasonOf(bad), { records: 1, bytes: lost });
  if (bad.extent === "skipped") tally.firstSkipped ??= bad;
  else if (bad.extent === "record") {
    tally.firstFault ??= bad;
    tally.faults++;
    tally.faultBytes += lost;
  } else {
    tally.firstBroken ??= bad;
    tally.broken++;
    tally.brokenBytes += lost;
  }
}

/** The tally of a corpus from those of its pieces, in their order. */
export function joinTallies(tallies: readonly Tally[]): Tally {
  const all = emptyTally();
  for (const one of tallies) {
    for (const count of [
      "documents",
      "textBytes",
      "faults",
      "faultBytes",
      "quarantined",
      "broken",
      "brokenBytes",
    ] as const)
      all[count] += one[count];
    for (const [reason, loss] of Object.entries(one.losses)) addLoss(all.losses, reason, loss);
    for (const name of Object.keys(one.carried ?? {})) addCarried(all, name, one.carried?.[name]);
    all.firstFault ??= one.firstFault;
    all.firstBroken ??= one.firstBroken;
    all.firstSkipped ??= one.firstSkipped;
  }
  return all;
}

/** Counts documents that have a field that is carried. */
export function addCarried(tally: Tally, name: string, documents = 1): void {
  tally.carried ??= {};
  tally.carried[name] = (tally.carried[name] ?? 0) + documents;
}

/** The error of a corpus that may not be used as it is. @param totalBytes of all its files */
export function tooBad(tally: Tally, totalBytes: number, tolerance: Tolerance): ServiceError | undefined {
  const { documents, faults, faultBytes, broken, brokenBytes, textBytes, firstBroken } = tally;
  const { maxBadShare, skipBrokenFiles = false } = tolerance;
  const metadata = { bad: String(faults + broken), total: String(documents + faults), limit: String(maxBadShare) };
  const fail = (message: string) => new ServiceError("invalid", "INPUT_BAD", message, metadata);
  if (broken > 0 && !skipBrokenFiles) {
    const share = totalBytes === 0 ? 1 : Math.min(1, brokenBytes / Math.max(totalBytes, brokenBytes));
    const lost = `${broken === 1 ? "1 file is" : `${broken} files are`} broken: ${amount(brokenBytes)} (${percent(share)}) lost`;
    return fail(`${describe(firstBroken)}. ${lost}. Mend the files, or go on without them by --skip-broken-files`);
  }
  const records = documents + faults;
  const share = records === 0 ? 0 : faults / records;
  const bytes = textBytes + faultBytes;
  const byteShare = bytes === 0 ? 0 : faultBytes / bytes;
  if (Math.max(share, byteShare) <= maxBadShare) return undefined;
  const wanted = Math.ceil(100 * Math.max(share, byteShare) + 1e-9) / 100;
  const what = `${faults} of ${records} records (${percent(share)}) cannot be used; the limit is ${percent(maxBadShare)}`;
  const lost = `They have ${amount(faultBytes)} (${percent(byteShare)}). By reason: ${reasonsOf(tally)}`;
  const remedy = `To go on without them: --max-bad-share ${Math.min(1, wanted)}`;
  return fail(`${what}. ${lost}. The first: ${describe(tally.firstFault)}. ${remedy}`);
}

/** Whether so much was bad in so many records that reading on is of no use. */
export function isHopeless(tally: Tally, totalBytes: number, tolerance: Tolerance): boolean {
  if (tally.broken > 0 && !tolerance.skipBrokenFiles) return true;
  if (tally.documents + tally.faults < RECORDS_BEFORE_VERDICT) return false;
  return tooBad(tally, totalBytes, tolerance) !== undefined;
}

/** @throws ServiceError INPUT_EMPTY without a document; INPUT_BAD if more is bad than may be */
export function expectUsable(tally: Tally, files: readonly InputFile[], tolerance: Tolerance): void {
  const total = totalSize(files);
  const isBroken = tally.broken > 0 && !tolerance.skipBrokenFiles;
  const error =
    tally.documents > 0 || isBroken
      ? tooBad(tally, total, tolerance)
      : noDocument(files, firstOf(tally), reasonsOf(tally));
  if (error) throw error;
}

function firstOf({ firstBroken, firstFault, firstSkipped }: Tally): BadRecord | undefined {
  return firstBroken ?? firstFault ?? firstSkipped;
}

/** A reason without what differs from record to record. */
function reasonOf({ reason }: BadRecord): string {
  const [short = reason] = reason.split(/[:;]/, 1);
  return short
    .replace(/^duplicate id .*$/s, "duplicate id")
    .replace(/(?<= )\d+(?= |$)/g, "N")
    .slice(0, 120);
}

function addLoss(losses: Tally["losses"], reason: string, { records, bytes }: Loss): void {
  const before = losses[reason] ?? { records: 0, bytes: 0 };
  losses[reason] = { records: before.records + records, bytes: before.bytes + bytes };
}

/** The most frequent reasons, in words. */
function reasonsOf({ losses }: Tally): string {
  const byCount = Object.entries(losses).sort(
    ([a, one], [b, other]) => other.records - one.records || (a < b ? -1 : 1),
  );
  return byCount
    .slice(0, 5)
    .map(([reason, { records, bytes }]) => `${reason} (${records}${bytes > 0 ? `, ${amount(bytes)}` : ""})`)
    .join(", ");
}
