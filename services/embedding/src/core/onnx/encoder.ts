import { fromHalves } from "@climb/numeric";
import { type InferenceSession, Tensor } from "@climb/onnx";
import { type Batch, planBatches } from "./batches.js";
import { applyDense, type DenseLayer } from "./dense.js";
import { type Pooling, pool, writeUnit } from "./pooling.js";

export interface EncoderOptions {
  pooling: Pooling;
  /** Keep only the first dimensions; 0 means all. */
  dimensions: number;
  /** Fills the places behind a short text. */
  padId: number;
  /** Layers after the pooling; a model that pools itself has them inside. */
  dense: readonly DenseLayer[];
  /** Tokens before this one are not pooled. */
  pooledFrom: number;
  /** Most tokens of a batch, padding included. */
  batchTokens: number;
}

/** Vectors of texts given as token ids. */
export interface Encoder {
  /**
   * One row of length one for each text; `onBatch` is called between batches with the texts done since the last call.
   * @throws Error if the model's output is of no form that is known
   */
  encode(texts: readonly Int32Array[], onBatch?: (texts: number) => void): Promise<EncodedRows>;
}

export interface EncodedRows {
  vectors: Float32Array;
  dimensions: number;
}

/** Outputs by preference: vectors of tokens, else one vector a text that the model has pooled itself. */
const OUTPUTS = ["last_hidden_state", "token_embeddings", "sentence_embedding", "pooler_output"];
const INPUTS = new Set(["input_ids", "attention_mask", "token_type_ids", "position_ids"]);

/** @throws Error if the model asks for an input that texts do not have */
export function createEncoder(session: InferenceSession, options: EncoderOptions): Encoder {
  const unknown = session.inputNames.filter((name) => !INPUTS.has(name));
  if (unknown.length > 0) {
    throw new Error(`the model has an input "${unknown[0]}"; expected only ${[...INPUTS].join(", ")}`);
  }
  for (const { name, type } of session.inputMetadata.map(typeOf)) {
    if (type === "int64" || type === "int32") continue;
    throw new Error(`the model's input "${name}" is ${type}; expected int64 or int32`);
  }
  const output = OUTPUTS.find((name) => session.outputNames.includes(name)) ?? (session.outputNames[0] as string);

  const run = async (texts: readonly Int32Array[], { members, width }: Batch) => {
    const feeds = feedsOf(session, texts, members, width, options.padId);
    const found = (await session.run(feeds, [output]))[output] as Tensor;
    const data = found.type === "float16" ? fromHalves(bitsOf(found.data)) : found.data;
    if (!(data instanceof Float32Array)) {
      throw new Error(`the model's output "${output}" is ${found.type}; expected float32 or float16`);
    }
    return { data, shape: found.dims };
  };

  return {
    async encode(texts, onBatch) {
      const batches = planBatches(
        texts.map((ids) => ids.length),
        options.batchTokens,
      );
      let rows: EncodedRows = { vectors: new Float32Array(0), dimensions: 0 };
      for (const batch of batches) {
        const { data, shape } = await run(texts, batch);
        if (shape.length !== 2 && shape.length !== 3) {
          throw new Error(
            `the model's output "${output}" has the shape ${shape.join(" × ")}; expected texts × tokens × dimensions`,
          );
        }
        const hidden = shape.at(-1) as number;
        const stride = shape.length === 3 ? batch.width * hidden : hidden;
        for (const [i, member] of batch.members.entries()) {
          const own = data.subarray(i * stride, (i + 1) * stride);
          const length = (texts[member] as Int32Array).length;
          const vector =
            shape.length === 3
              ? options.dense.reduce(
                  (row, layer) => applyDense(layer, row),
                  pool(own, length, hidden, options.pooling, options.pooledFrom),
                )
              : Float64Array.from(own);
          if (rows.dimensions === 0) {
            const all = vector.length;
            const dimensions = options.dimensions > 0 ? Math.min(options.dimensions, all) : all;
            rows = { vectors: new Float32Array(texts.length * dimensions), dimensions };
          }
          writeUnit(vector, rows.vectors.subarray(member * rows.dimensions, (member + 1) * rows.dimensions));
        }
        onBatch?.(batch.members.length);
      }
      return rows;
    },
  };
}

/** The inputs of one batch, padded on the right; only those that the model has. */
export function feedsOf(
  session: Pick<InferenceSession, "inputNames"> & Partial<Pick<InferenceSession, "inputMetadata">>,
  texts: readonly Int32Array[],
  members: Uint32Array,
  width: number,
  padId: number,
): Record<string, Tensor> {
  const size = members.length * width;
  const [ids, mask, positions] = [new BigInt64Array(size), new BigInt64Array(size), new BigInt64Array(size)];
  if (padId !== 0) ids.fill(BigInt(padId));
  for (const [i, member] of members.entries()) {
    const text = texts[member] as Int32Array;
    for (let t = 0; t < text.length; t++) {
      ids[i * width + t] = BigInt(text[t] as number);
      mask[i * width + t] = 1n;
      positions[i * width + t] = BigInt(t);
    }
  }
  const data: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: new BigInt64Array(size),
    position_ids: positions,
  };
  const shape = [members.length, width];
  const narrow = new Set(
    session.inputMetadata?.map(typeOf).flatMap(({ name, type }) => (type === "int32" ? [name] : [])),
  );
  const tensorOf = (name: string) => {
    const values = data[name] as BigInt64Array;
    return narrow.has(name)
      ? new Tensor("int32", Int32Array.from(values, Number), shape)
      : new Tensor("int64", values, shape);
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, tensorOf(name)]));
}

function typeOf(input: InferenceSession["inputMetadata"][number]): { name: string; type: string } {
  return { name: input.name, type: input.isTensor ? input.type : "no tensor" };
}

/** Where the engine has a half-precision array of its own, its bits all the same. */
function bitsOf(data: Tensor["data"]): Uint16Array {
  if (data instanceof Uint16Array) return data;
  const { buffer, byteOffset, byteLength } = data as unknown as Uint8Array;
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}
