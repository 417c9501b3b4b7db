/** Packed data are damaged, are cut off, or use what is not supported; the message says which, without the file's name. */
export class PackedDataError extends Error {
  override readonly name = "PackedDataError";
}
