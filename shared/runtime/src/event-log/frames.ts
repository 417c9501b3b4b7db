import { crc32 } from "node:zlib";

const HEADER_BYTES = 8;

/** A record as it stands in a file: length and CRC-32 (little-endian uint32 each), then the bytes. */
export function frame(record: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(record.byteLength, 0);
  header.writeUInt32LE(checksum(record), 4);
  return Buffer.concat([header, record]);
}

/** The whole records at the front of a file, and where they end; what follows was torn by a crash. */
export function unframe(file: Buffer): { records: Uint8Array[]; end: number } {
  const records: Uint8Array[] = [];
  let end = 0;
  while (end + HEADER_BYTES <= file.length) {
    const length = file.readUInt32LE(end);
    const next = end + HEADER_BYTES + length;
    if (next > file.length) break;
    const record = file.subarray(end + HEADER_BYTES, next);
    if (checksum(record) !== file.readUInt32LE(end + 4)) break;
    records.push(record);
    end = next;
  }
  return { records, end };
}

function checksum(record: Uint8Array): number {
  return crc32(record);
}
