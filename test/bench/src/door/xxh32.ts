const [A, B, C, D, E] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];
const left = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

/** The checksum of LZ4 frames, written from its description: by another hand than what the product reads with. */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const round = (sum: number, input: number) => Math.imul(left((sum + Math.imul(input, B)) | 0, 13), A);
  let at = 0;
  let hash = E;
  if (bytes.length >= 16) {
    const sums = [(A + B) | 0, B | 0, 0, -A | 0];
    for (; at + 16 <= bytes.length; at += 16) {
      for (let lane = 0; lane < 4; lane++) sums[lane] = round(sums[lane] ?? 0, view.getUint32(at + 4 * lane, true));
    }
    hash = [1, 7, 12, 18].reduce((sum, bits, lane) => (sum + left(sums[lane] ?? 0, bits)) | 0, 0);
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(left((hash + Math.imul(view.getUint32(at, true), C)) | 0, 17), D);
  }
  for (; at < bytes.length; at++) hash = Math.imul(left((hash + Math.imul(bytes[at] ?? 0, E)) | 0, 11), A);
  hash = Math.imul(hash ^ (hash >>> 15), B);
  hash = Math.imul(hash ^ (hash >>> 13), C);
  return (hash ^ (hash >>> 16)) >>> 0;
}
