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

const FOREIGN: readonly (readonly [RegExp, string, string])[] = [
  [/^PK(\x03\x04|\x05\x06)/, "a zip archive (or an office file, which is one)", "unzip it, or save its text as UTF-8"],
  [/^7z\xbc\xaf\x27\x1c/, "a 7z archive", "unpack it with 7z x"],
  [/^Rar!\x1a\x07/, "a RAR archive", "unpack it with unrar x"],
  [/^Obj\x01/, "an Avro file", "convert it to Parquet or JSON lines, for example with pandavro or avro-tools tojson"],
  [/^ORC/, "an ORC file", "convert it to Parquet, for example with pyarrow.orc"],
  [/^PARE/, "an encrypted Parquet file", "write it again without encryption"],
  [/^FEA1/, "a Feather file of version 1", "write it again as Feather 2 or Parquet"],
  [/^\x89HDF\r\n\x1a\n/, "an HDF5 file", "convert it to Parquet or JSON lines"],
  [/^SQLite format 3\x00/, "an SQLite database", "export its texts as CSV or JSON lines"],
  [/^SEQ[\x04-\x06]/, "a Hadoop sequence file", "convert it to Parquet or JSON lines"],
  [/^%PDF-/, "a PDF", "extract its text first, for example with pdftotext"],
  [/^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, "an old office file", "save its text as UTF-8"],
  [/^\x93NUMPY/, "a NumPy array", "give vectors by --vectors, and texts as JSON lines or Parquet"],
  [/^\x5d\x00\x00[\x00-\xff]{2}/, "packed by the old LZMA format", "pack it again with xz"],
  [/^\x1f[\x9d\xa0]/, "packed by compress", "unpack it with gunzip"],
  [/^\xff\x06\x00\x00sNaPpY/, "packed by framed Snappy", "pack it again with zstd or gzip"],
  [/^\x89LZO\x00/, "packed by lzop", "pack it again with zstd or gzip"],
  [/^\x80[\x02-\x05](\x95|\}|\]|c|K|X|\x8c)/, "a Python pickle", "write its texts as JSON lines or Parquet"],
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
  const text = head.subarray(0, 64).toString("latin1");
  const found =
    FOREIGN.find(([magic]) => magic.test(text)) ?? FOREIGN_NAMES.find(([pattern]) => pattern.test(readablePath(name)));
  return found && { reason: `${found[1]}, which is not read; ${found[2]}` };
}

/** Text in an encoding that is not read. */
export function foreignEncoding(head: Buffer): BrokenFile | undefined {
  const [first, second] = head;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const unmarked = /^\x00?[{["\w]\x00[^\x00]\x00[^\x00]/.test(head.subarray(0, 8).toString("latin1"));
  if (!marked && !unmarked) return undefined;
  return { reason: "UTF-16 text; expected UTF-8: convert it with iconv -f utf-16 -t utf-8" };
}
