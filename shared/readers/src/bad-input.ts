import { ServiceError } from "@climb/runtime/worker";
import type { BadRecord } from "./document.js";
import type { InputFile } from "./input-file.js";

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** Bytes of files in all. */
export function totalSize(files: readonly InputFile[]): number {
  return files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

/** The error INPUT_EMPTY of files without a document. @param reasons why records were lost, in words; "" for none */
export function noDocument(files: readonly InputFile[], first: BadRecord | undefined, reasons: string): ServiceError {
  const [file] = files;
  const where = files.length === 1 ? file?.path : `${files.length} files from ${file?.path} on`;
  const why = first ? `; the first problem: ${describe(first)}. By reason: ${reasons}` : "";
  const message = `no document in ${where}${why}; expected JSON, CSV, Parquet, Arrow, tar or text files`;
  return new ServiceError("invalid", "INPUT_EMPTY", message, { path: file?.path ?? "" });
}

/** Where something is bad, and why. */
export function describe(bad: BadRecord | undefined): string {
  if (!bad) return "none";
  return `${bad.file}${bad.line > 0 ? `, line ${bad.line}` : ""}: ${bad.reason}`;
}

/** A share from 0 to 1 in per cent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** A number of bytes in the largest unit that fits. */
export function amount(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
