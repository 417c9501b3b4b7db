import type { LexicalModel } from "./lexical-model.js";
import { TOKENIZER } from "./tokenizer.js";

const FORMAT = "climb-lexical-1";

interface Header {
  format: string;
  tokenizer: string;
  dimensions: number;
  terms: string[];
}

/**
 * A model as bytes: uint32 length of a JSON header, the header (padded with spaces to a multiple of 4), then float32 idf
 * (terms), projection (terms × dimensions) and neutral vector (dimensions), all little-endian.
 */
export function encodeModel(model: LexicalModel): Uint8Array {
  const header: Header = {
    format: FORMAT,
    tokenizer: TOKENIZER,
    dimensions: model.dimensions,
    terms: model.vocabulary.terms,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 4) * 4;
  const floats = [model.vocabulary.idf, model.projection, model.neutral];
  const bytes = new Uint8Array(4 + headerBytes + floats.reduce((total, part) => total + part.byteLength, 0));
  new DataView(bytes.buffer).setUint32(0, headerBytes, true);
  bytes.fill(0x20, 4, 4 + headerBytes);
  bytes.set(json, 4);
  let offset = 4 + headerBytes;
  for (const part of floats) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += part.byteLength;
  }
  return bytes;
}

/** @throws Error if the bytes are no model of this version */
export function decodeModel(bytes: Uint8Array): LexicalModel {
  const refuse = (found: string) => new Error(`not a lexical model: found ${found}, expected format ${FORMAT}`);
  if (bytes.length < 4) throw refuse(`${bytes.length} bytes`);
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + headerBytes > bytes.length) throw refuse(`a header of ${headerBytes} bytes in ${bytes.length} bytes`);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerBytes))) as Header;
  if (header.format !== FORMAT || header.tokenizer !== TOKENIZER) {
    throw refuse(`format ${header.format} with tokenizer ${header.tokenizer}`);
  }
  const { dimensions, terms } = header;
  const expected = 4 + headerBytes + 4 * (terms.length + terms.length * dimensions + dimensions);
  if (bytes.length !== expected) throw refuse(`${bytes.length} bytes where the header says ${expected}`);
  // A copy, because a view must start at a multiple of four bytes; not by slice, which is a view if the bytes are a Buffer.
  const floats = new Float32Array(new Uint8Array(bytes.subarray(4 + headerBytes)).buffer);
  return {
    vocabulary: { terms, idf: floats.subarray(0, terms.length) },
    dimensions,
    projection: floats.subarray(terms.length, terms.length * (1 + dimensions)),
    neutral: floats.subarray(terms.length * (1 + dimensions)),
  };
}
