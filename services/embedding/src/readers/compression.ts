import { isSkippable } from "./unpack/lz4.js";

/** How a file is packed. */
export type Compression = "gzip" | "zstd" | "bzip2" | "xz" | "lz4";

const MAGIC: readonly (readonly [Compression, RegExp])[] = [
  ["gzip", /^\x1f\x8b\x08/],
  ["zstd", /^\x28\xb5\x2f\xfd/],
  // A block, or the end of an empty stream.
  ["bzip2", /^BZh[1-9](\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90|$)/],
  ["xz", /^\xfd7zXZ\x00/],
  ["lz4", /^(\x04\x22\x4d\x18|\x02\x21\x4c\x18)/],
];
const NAMES: readonly (readonly [Compression, RegExp])[] = [
  ["gzip", /\.(gz|gzip|tgz)$/i],
  ["zstd", /\.(zst|zstd|tzst)$/i],
  ["bzip2", /\.(bz2|bzip2|tbz2?)$/i],
  ["xz", /\.(xz|txz)$/i],
  ["lz4", /\.lz4$/i],
];
/** What the first bytes must hold to tell a compression. */
export const MAGIC_BYTES = 12;

/** How a file is packed by its first bytes, whatever its name; undefined if it is plain. @param name where bytes leave a doubt */
export function compressionOf(start: Uint8Array, name = ""): Compression | undefined {
  const head = Buffer.from(start.subarray(0, MAGIC_BYTES)).toString("latin1");
  const found = MAGIC.find(([, magic]) => magic.test(head))?.[0];
  if (found) return found;
  // Frames to be passed over begin alike in both; whatever follows them tells.
  const view = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (view.length < 8 || !isSkippable(view.readUInt32LE(0))) return undefined;
  const next = view.subarray(8 + view.readUInt32LE(4));
  return next.length >= 4 ? compressionOf(next, name) : compressionByName(name) === "lz4" ? "lz4" : "zstd";
}

/** How a file is packed by its name. */
export function compressionByName(name: string): Compression | undefined {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}

/** A file's name without what says how it is packed. */
export function unpackedName(name: string): string {
  return name.replace(/\.(tgz|tzst|tbz2?|txz)$/i, ".tar").replace(/\.(gz|gzip|zst|zstd|bz2|bzip2|xz|lz4)$/i, "");
}
