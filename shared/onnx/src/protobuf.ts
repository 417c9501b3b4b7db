/** Writes the protobuf wire format; just what ONNX models need. */
export interface ProtoWriter {
  varint(field: number, value: number | bigint): void;
  float(field: number, value: number): void;
  text(field: number, value: string): void;
  bytes(field: number, value: Uint8Array): void;
  message(field: number, write: (writer: ProtoWriter) => void): void;
  /** Several varints in packed form. */
  packedVarints(field: number, values: readonly (number | bigint)[]): void;
  finish(): Uint8Array;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

export function createProtoWriter(): ProtoWriter {
  const chunks: Uint8Array[] = [];
  const raw = (bytes: Uint8Array) => void chunks.push(bytes);
  const tag = (field: number, wireType: number) => raw(encodeVarint(BigInt((field << 3) | wireType)));
  const delimited = (field: number, bytes: Uint8Array) => {
    tag(field, LENGTH_DELIMITED);
    raw(encodeVarint(BigInt(bytes.length)));
    raw(bytes);
  };
  return {
    varint(field, value) {
      tag(field, VARINT);
      raw(encodeVarint(BigInt(value)));
    },
    float(field, value) {
      tag(field, FIXED32);
      raw(new Uint8Array(Float32Array.of(value).buffer));
    },
    text: (field, value) => delimited(field, new TextEncoder().encode(value)),
    bytes: delimited,
    message(field, write) {
      const inner = createProtoWriter();
      write(inner);
      delimited(field, inner.finish());
    },
    packedVarints(field, values) {
      delimited(field, concatenate(values.map((value) => encodeVarint(BigInt(value)))));
    },
    finish: () => concatenate(chunks),
  };
}

/** Base 128, least significant group first; negative numbers as 64-bit two's complement. */
function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    result.set(chunk, offset);
    offset += chunk.length;
  }
  return result;
}
