import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { xxh32 } from "./xxh32.js";

/** A way to pack a file as a whole. */
export interface Packing {
  name: string;
  /** What a name ends with. */
  suffix: string;
  pack(content: Buffer): Buffer;
}

const half = (content: Buffer) =>
  [content.subarray(0, content.length >> 1), content.subarray(content.length >> 1)] as const;
const skippable = Buffer.from([0x55, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);

/** Packings that need no other program: with blocks that are stored, where packing itself is not at hand. */
const own: Packing[] = [
  { name: "plain", suffix: "", pack: (content) => content },
  { name: "gzip", suffix: ".gz", pack: (content) => gzipSync(content) },
  {
    name: "gzip-members",
    suffix: ".gz",
    pack: (content) => Buffer.concat(half(content).map((part) => gzipSync(part))),
  },
  { name: "zstd-raw", suffix: ".zst", pack: zstdRaw },
  {
    name: "zstd-frames",
    suffix: ".zst",
    pack: (content) => Buffer.concat([skippable, ...half(content).map(zstdRaw), skippable]),
  },
  { name: "lz4-stored", suffix: ".lz4", pack: lz4Stored },
  { name: "lz4-frames", suffix: ".lz4", pack: (content) => Buffer.concat(half(content).map(lz4Stored)) },
];

/** All packings; those by other programs where these are there. */
export function packings(): Packing[] {
  const others: [string, string, string[]][] = [
    ["bzip2", ".bz2", ["-c"]],
    ["xz", ".xz", ["-c"]],
    ["zstd", ".zst", ["-c", "-q", "--long=27"]],
    ["lz4", ".lz4", ["-c", "-q"]],
  ];
  const found = others.filter(([program]) => spawnSync(program, ["--version"]).status === 0);
  return [
    ...own,
    ...found.map(([program, suffix, args]) => ({
      name: program,
      suffix,
      pack: (content: Buffer) => spawnSync(program, args, { input: content, maxBuffer: 1 << 30 }).stdout,
    })),
  ];
}

/** A frame of Zstandard with blocks that are not compressed (RFC 8878). */
function zstdRaw(content: Buffer): Buffer {
  const blockBytes = 1 << 16;
  // One segment, four bytes of size.
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000, 0, 0, 0, 0]);
  header.writeUInt32LE(content.length, 5);
  const parts: Buffer[] = [header];
  for (let at = 0; at === 0 || at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    const isLast = at + blockBytes >= content.length;
    const size = Buffer.alloc(3);
    size.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

/** A frame of LZ4 with blocks that are not compressed. */
function lz4Stored(content: Buffer): Buffer {
  const blockBytes = 1 << 16;
  const descriptor = Buffer.from([0b0110_0100, 0x40]);
  const parts: Buffer[] = [
    Buffer.from([0x04, 0x22, 0x4d, 0x18]),
    descriptor,
    Buffer.from([(xxh32(descriptor) >>> 8) & 255]),
  ];
  for (let at = 0; at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((block.length | 0x8000_0000) >>> 0);
    parts.push(size, block);
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(xxh32(content), 4);
  return Buffer.concat([...parts, end]);
}
