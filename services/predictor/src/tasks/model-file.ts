import type { Predictor } from "../core/ensemble.js";

const arrays = { f64: Float64Array, f32: Float32Array, u8: Uint8Array } as const;
type ArrayKind = keyof typeof arrays;

/** First field of a stored model; a reader refuses what it does not know. */
const format = "climb-predictor-1";

/**
 * A fitted predictor as JSON. Typed arrays become {"$":"f64","data":base64 of the little-endian bytes} and numbers that
 * JSON
 * lacks {"$":"number","data":"NaN"}, so that what is read predicts the same bits as what was written.
 */
export function encodeModel(predictor: Predictor): Uint8Array {
  return Buffer.from(JSON.stringify({ format, predictor: pack(predictor) }), "utf8");
}

/** @throws RangeError if the file is no predictor of a known format. */
export function decodeModel(content: Uint8Array): Predictor {
  const file = JSON.parse(Buffer.from(content).toString("utf8"), unpack) as { format?: string; predictor: Predictor };
  if (file.format !== format) throw new RangeError(`the model file has format "${file.format}", expected "${format}"`);
  return file.predictor;
}

function pack(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : { $: "number", data: String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(pack);
  for (const [kind, Type] of Object.entries(arrays)) {
    if (value instanceof Type) {
      return { $: kind, data: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, pack(field)]));
}

function unpack(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$" in value) || !("data" in value)) return value;
  const { $: kind, data } = value as { $: string; data: string };
  if (kind === "number") return Number(data);
  const Type = arrays[kind as ArrayKind];
  // Copied, because a slice of Node's buffer pool is not aligned for wider elements.
  return new Type(Uint8Array.from(Buffer.from(data, "base64")).buffer);
}
