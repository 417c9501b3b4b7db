import { isSkippable } from "./unpack/lz4.js";

/** How a file is packed. */
export type Compression = "gzip" | "zstd" | "bzip2" | "xz" | "lz4";

/** By the first bytes, in hexadecimal digits. */
const MAGIC: readonly (readonly [Compression, RegExp])[] = [
  ["gzip", /^1f8b08/],
  ["zstd", /^28b52ffd/],
  // A block, or the end of an empty stream.
  ["bzip2", /^425a683[1-9](314159265359|177245385090|$)/],
  ["xz", /^fd377a585a00/],
  ["lz4", /^(04224d18|02214c18)/],
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
  const head = Buffer.from(start.subarray(0, MAGIC_BYTES)).toString("hex");
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
