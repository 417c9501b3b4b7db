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
  const length = file.length >= 8 ? Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)) : -1;
  if (length < 2 || 8 + length > file.length)
    throw new RangeError(`not a safetensors file: ${file.length} bytes, header of ${length}`);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(file.subarray(8, 8 + length));
  const tensors = new Map<string, NamedTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries as Record<string, Entry>)) {
    if (dtype !== "F32") throw new RangeError(`tensor ${name} has type ${dtype}, expected F32`);
    const [start, end] = [8 + length + data_offsets[0], 8 + length + data_offsets[1]];
    if (end > file.length) throw new RangeError(`tensor ${name} ends at byte ${end} of a file of ${file.length} bytes`);
    const expected = 4 * shape.reduce((product, size) => product * size, 1);
    if (end - start !== expected) {
      throw new RangeError(`tensor ${name} has ${end - start} bytes, expected ${expected} for its shape (${shape})`);
    }
    // A copy by construction: the slice of a Buffer would be a view of its whole memory.
    tensors.set(name, { name, shape, data: new Float32Array(new Uint8Array(file.subarray(start, end)).buffer) });
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
