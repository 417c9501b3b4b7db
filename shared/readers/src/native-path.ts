/**
 * Names of files are bytes, and paths here are strings: a byte that is no UTF-8 stands as half of a surrogate pair,
 * U+DC00 and the byte, as in PEP 383. Such a string survives JSON and leads back to the bytes.
 */
const HELD_BYTE = /[\udc80-\udcff]/;

/** A name as a string that leads back to its bytes. */
export function pathOfBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let path = "";
  for (let at = 0; at < bytes.length; ) {
    let length = 0;
    // The longest run from here that is a character; no character is longer than four bytes.
    for (let n = 1; n <= 4 && at + n <= bytes.length && length === 0; n++) {
      try {
        path += decoder.decode(bytes.subarray(at, at + n));
        length = n;
      } catch {
        // A longer run may be one.
      }
    }
    if (length === 0) path += String.fromCharCode(0xdc00 + (bytes[at] as number));
    at += length || 1;
  }
  return path;
}

/** A path as the system takes it. */
export function nativePath(path: string): string | Buffer {
  if (!isHeld(path)) return path;
  const parts = [...path].map((character) =>
    isHeld(character) ? Buffer.from([character.charCodeAt(0) - 0xdc00]) : Buffer.from(character, "utf8"),
  );
  return Buffer.concat(parts);
}

/** A path for people and for ids: bytes that are no UTF-8 are written as `\xE9`. */
export function readablePath(path: string): string {
  if (!isHeld(path)) return path;
  const hex = (character: string) => (character.charCodeAt(0) - 0xdc00).toString(16).toUpperCase();
  return [...path].map((character) => (isHeld(character) ? `\\x${hex(character)}` : character)).join("");
}

/** Whether half of a surrogate pair stands alone in it. */
function isHeld(path: string): boolean {
  return HELD_BYTE.test(path) && !path.isWellFormed();
}
