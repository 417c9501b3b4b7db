/**
 * The printable stand-ins of the 256 bytes in tokenizer.json, as byte-level BPE writes them since GPT-2 (Radford et
 * al. 2019): a byte that prints in Latin-1 stands for itself, the others take the code points from 256 on, in order.
 */
export const BYTE_SYMBOLS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCodePoint(isPrintable(byte) ? byte : 256 + countUnprintableBelow(byte)),
);

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}

function countUnprintableBelow(byte: number): number {
  let count = 0;
  for (let b = 0; b < byte; b++) if (!isPrintable(b)) count++;
  return count;
}
