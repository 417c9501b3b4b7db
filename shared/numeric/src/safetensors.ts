/** A named float32 tensor. */
export interface NamedTensor {
  name: string;
  shape: readonly number[];
  data: Float32Array;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** What a safetensors file holds, without the values. */
export interface SafetensorsHeader {
  /** Bytes of each tensor from the start of the file. */
  tensors: Map<string, { name: string; shape: readonly number[]; start: number; end: number }>;
  metadata: Record<string, string>;
}

/** Writes tensors in the safetensors format: a length, a JSON header padded to eight bytes, then the raw values. */
export function encodeSafetensors(tensors: readonly NamedTensor[], metadata: Record<string, string> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces in bytes, not characters: names may hold others than ASCII.
  const json = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  json.set(text);
  const file = new Uint8Array(8 + json.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let place = 8 + json.length;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place);
    place += data.byteLength;
  }
  return file;
}

/** @throws RangeError saying what is wrong with a file that is torn, of another format or of another element type */
export function decodeSafetensors(file: Uint8Array): {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
} {
  const { tensors, metadata } = readSafetensorsHeader(file, file.length);
  const values = ({
    name,
    shape,
    start,
    end,
  }: {
    name: string;
    shape: readonly number[];
    start: number;
    end: number;
  }) => ({
    name,
    shape,
    // A copy by construction: the slice of a Buffer would be a view of its whole memory.
    data: new Float32Array(new Uint8Array(file.subarray(start, end)).buffer),
  });
  return { tensors: new Map([...tensors].map(([name, tensor]) => [name, values(tensor)])), metadata };
}

/** The reference implementation reads no header that is larger (github.com/huggingface/safetensors, MAX_HEADER_SIZE). */
const MAX_HEADER_BYTES = 100_000_000;

/** Bytes that the length and the header of a file take. @param start the first eight bytes at least */
export function safetensorsHeaderBytes(start: Uint8Array, fileBytes: number): number {
  const length = start.length >= 8 ? Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true)) : -1;
  if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > fileBytes)
    throw new RangeError(`not a safetensors file: ${fileBytes} bytes, header of ${length}`);
  return 8 + length;
}

/**
 * What a file holds, by its beginning.
 * @param start at least as many bytes as {@link safetensorsHeaderBytes} says
 * @throws RangeError saying what is wrong with a file that is torn, of another format or of another element type
 */
export function readSafetensorsHeader(start: Uint8Array, fileBytes: number): SafetensorsHeader {
  const dataStart = safetensorsHeaderBytes(start, fileBytes);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(start.subarray(8, dataStart));
  const tensors: SafetensorsHeader["tensors"] = new Map();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries as Record<string, Entry>)) {
    if (dtype !== "F32") throw new RangeError(`tensor ${name} has type ${dtype}, expected F32`);
    const [from, to] = [dataStart + data_offsets[0], dataStart + data_offsets[1]];
    if (to > fileBytes) throw new RangeError(`tensor ${name} ends at byte ${to} of a file of ${fileBytes} bytes`);
    const expected = 4 * shape.reduce((product, size) => product * size, 1);
    if (to - from !== expected) {
      throw new RangeError(`tensor ${name} has ${to - from} bytes, expected ${expected} for its shape (${shape})`);
    }
    tensors.set(name, { name, shape, start: from, end: to });
  }
  return { tensors, metadata };
}

function parseHeader(json: Uint8Array): Record<string, unknown> & { __metadata__?: Record<string, string> } {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch (error) {
    throw new RangeError("not a safetensors file: its header is not JSON", { cause: error });
  }
}
