import { isUtf8 } from "node:buffer";
import { readablePath } from "./native-path.js";

/** Why a file is none that can be read, and what it should have held. */
export interface BrokenFile {
  reason: string;
  /** Bytes that are lost; the file's size, unless given. */
  bytes?: number;
}

const LFS = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n/;
/** Fewer zeros may be anything. */
const LEAST_ZEROS = 16;

/** What begins as words do and is not to be read as them. */
const WORDED: readonly (readonly [RegExp, string, string])[] = [
  [/^%PDF-/, "a PDF", "extract its text first, for example with pdftotext"],
  [/^%!PS/, "a PostScript file", "extract its text first, for example with ps2ascii"],
  [/^\{\\rtf1/, "an RTF file", "save its text as UTF-8"],
  [/^WARC\/\d/, "a WARC file", "extract its texts into JSON lines first, for example with trafilatura"],
];
/** By the first bytes, in hexadecimal digits. */
const FOREIGN: readonly (readonly [RegExp, string, string])[] = [
  [/^504b(0304|0506)/, "a zip archive (or an office file, which is one)", "unzip it, or save its text as UTF-8"],
  [/^377abcaf271c/, "a 7z archive", "unpack it with 7z x"],
  [/^526172211a07/, "a RAR archive", "unpack it with unrar x"],
  [/^4f626a01/, "an Avro file", "convert it to Parquet or JSON lines, for example with avro-tools tojson"],
  [/^4f5243/, "an ORC file", "convert it to Parquet, for example with pyarrow.orc"],
  [/^50415245/, "an encrypted Parquet file", "write it again without encryption"],
  [/^46454131/, "a Feather file of version 1", "write it again as Feather 2 or Parquet"],
  [/^894844460d0a1a0a/, "an HDF5 file", "convert it to Parquet or JSON lines"],
  [/^53514c69746520666f726d6174203300/, "an SQLite database", "export its texts as CSV or JSON lines"],
  [/^534551(04|05|06)/, "a Hadoop sequence file", "convert it to Parquet or JSON lines"],
  [/^d0cf11e0a1b11ae1/, "an old office file", "save its text as UTF-8"],
  [/^934e554d5059/, "a NumPy array", "give vectors by --vectors, and texts as JSON lines or Parquet"],
  [/^5d0000/, "packed by the old LZMA format", "pack it again with xz"],
  [/^1f(9d|a0)/, "packed by compress", "unpack it with gunzip"],
  [/^ff060000734e61507059/, "packed by framed Snappy", "pack it again with zstd or gzip"],
  [/^894c5a4f00/, "packed by lzop", "pack it again with zstd or gzip"],
  [/^80(02|03|04|05)(95|7d|5d|63|4b|58|8c)/, "a Python pickle", "write its texts as JSON lines or Parquet"],
];
const FOREIGN_NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/\.br$/i, "packed by Brotli", "pack it again with zstd or gzip"],
  [/\.tfrecords?(-\d+-of-\d+)?$/i, "a TFRecord file", "convert it to Parquet or JSON lines"],
  [/\.(mds|msgpack|lance|bin\.idx)$/i, "a file of another format", "convert it to Parquet or JSON lines"],
];

/** What a file is by its first bytes as they are stored, if it is none that can be read. @param sizeBytes of the file */
export function brokenStart(start: Buffer, sizeBytes: number): BrokenFile | undefined {
  const head = start.toString("latin1");
  if (LFS.test(head) && sizeBytes < 2048) {
    const bytes = Number(/^size (\d+)\r?$/m.exec(head)?.[1] ?? sizeBytes);
    const what = `a pointer of git-LFS to ${bytes} bytes, which were not downloaded`;
    return { reason: `${what}; run git lfs pull in its folder`, bytes };
  }
  if (start.length >= LEAST_ZEROS && start.every((byte) => byte === 0)) {
    const amount = start.length === sizeBytes ? `${sizeBytes} bytes` : `at least its first ${start.length} bytes`;
    return { reason: `nothing but zeros (${amount}), as a download leaves that was cut; download it again` };
  }
  return undefined;
}

/** A format that is known and not read, by what is in the file once it is unpacked. */
export function foreignFormat(head: Buffer, name: string): BrokenFile | undefined {
  const hex = head.subarray(0, 32).toString("hex");
  const beginning = head.subarray(0, 32).toString("latin1");
  // Words may begin as a format does.
  const isWords = isText(head) && !head.subarray(0, 32).some(isControl);
  const found =
    WORDED.find(([magic]) => magic.test(beginning)) ??
    (isWords ? undefined : FOREIGN.find(([magic]) => magic.test(hex))) ??
    FOREIGN_NAMES.find(([pattern]) => pattern.test(readablePath(name)));
  return found && { reason: `${found[1]}, which is not read; ${found[2]}` };
}

/** Text in an encoding that is not read. */
export function foreignEncoding(head: Buffer): BrokenFile | undefined {
  const hex = head.subarray(0, 8).toString("hex");
  const marked = /^(fffe|feff|0000feff)/.test(hex);
  // Three characters of ASCII, a zero with each.
  const unmarked = /^([2-7][0-9a-f]00){3}|^(00[2-7][0-9a-f]){3}/.test(hex);
  if (!marked && !unmarked) return undefined;
  const encoding = /^(fffe0000|0000feff)/.test(hex) ? "UTF-32" : "UTF-16";
  return { reason: `${encoding} text; expected UTF-8: convert it with iconv -f ${encoding.toLowerCase()} -t utf-8` };
}

/** Whether a byte is none of text: tabs, line ends, form feeds, escapes, and what manual pages strike over apart. */
export function isControl(byte: number): boolean {
  return byte < 32 && ![8, 9, 10, 12, 13, 27].includes(byte);
}

/** Whether bytes are text in UTF-8, a character that is cut at the end apart. */
export function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  return [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, Math.max(0, head.length - cut))));
}
