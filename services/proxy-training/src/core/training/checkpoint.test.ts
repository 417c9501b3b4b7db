import { decodeSafetensors, encodeSafetensors } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import { decodeCheckpoint, decodeWeights, encodeCheckpoint, encodeWeights } from "./checkpoint.js";
import { initialState } from "./state.js";

const shape: ModelShape = { vocabulary: 16, width: 8, layers: 1, heads: 2, context: 8, tied: false };

describe("safetensors", () => {
  it("are a length, a JSON header padded to eight bytes, and raw float32 values", () => {
    const data = Float32Array.of(1.5, -2, Number.NaN, Number.POSITIVE_INFINITY);
    const file = encodeSafetensors([{ name: "w", shape: [2, 2], data }], { step: "3" });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
      __metadata__: { step: "3" },
      w: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
    });
    expect(file.length).toBe(8 + length + 16);
    const { tensors, metadata } = decodeSafetensors(file);
    expect(metadata).toEqual({ step: "3" });
    expect(tensors.get("w")).toEqual({ name: "w", shape: [2, 2], data });
  });

  it("are aligned whatever the letters in their names", () => {
    for (const name of ["é", "éé", "é€", "重み"]) {
      const file = encodeSafetensors([{ name, shape: [1], data: Float32Array.of(7) }]);
      expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
      expect(decodeSafetensors(file).tensors.get(name)?.data).toEqual(Float32Array.of(7));
    }
  });

  it("are read from the middle of a larger buffer", () => {
    const file = encodeSafetensors([{ name: "w", shape: [1], data: Float32Array.of(4) }]);
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(decodeSafetensors(larger.subarray(3)).tensors.get("w")?.data).toEqual(Float32Array.of(4));
    // The slice of a Buffer is a view, not a copy.
    expect(decodeSafetensors(Buffer.from(larger.subarray(3))).tensors.get("w")?.data).toEqual(Float32Array.of(4));
  });

  it("that are torn, or no safetensors, are refused with what is wrong", () => {
    const file = encodeSafetensors([{ name: "w", shape: [4], data: new Float32Array(4) }]);
    expect(() => decodeSafetensors(file.subarray(0, 5))).toThrow("5 bytes");
    expect(() => decodeSafetensors(file.subarray(0, 20))).toThrow("not a safetensors file");
    expect(() => decodeSafetensors(file.subarray(0, file.length - 1))).toThrow("tensor w ends at byte");
    expect(() => decodeSafetensors(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, 65, 66, 67, 68))).toThrow(
      "header is not JSON",
    );
    const half = new TextEncoder().encode(new TextDecoder("latin1").decode(file).replace("F32", "F16"));
    expect(() => decodeSafetensors(half)).toThrow("tensor w has type F16, expected F32");
    const short = encodeSafetensors([{ name: "w", shape: [5], data: new Float32Array(4) }]);
    expect(() => decodeSafetensors(short)).toThrow("tensor w has 16 bytes, expected 20 for its shape (5)");
  });
});

describe("checkpoints", () => {
  it("hold the step, the parameters and both moments", () => {
    const state = initialState(shape, 5);
    state.step = 41;
    for (const values of state.first.values()) values.fill(0.25);
    for (const values of state.second.values()) values.fill(0.5);
    expect(decodeCheckpoint(shape, encodeCheckpoint(shape, state))).toEqual(state);
  });

  it("of another shape are refused with the tensor's name and both shapes", () => {
    const file = encodeCheckpoint(shape, initialState(shape, 5));
    expect(() => decodeCheckpoint({ ...shape, vocabulary: 17 }, file)).toThrow(
      "tensor embedding is (16,8), expected (17,8)",
    );
    expect(() => decodeWeights({ ...shape, layers: 2 }, file)).toThrow(
      "tensor blocks.1.attention.query is nothing, expected (8,8)",
    );
  });

  it("are needed to resume: final weights alone are refused", () => {
    const file = encodeWeights(shape, initialState(shape, 5));
    expect(() => decodeCheckpoint(shape, file)).toThrow("the checkpoint's step is undefined");
    expect([...decodeWeights(shape, file).keys()]).toEqual(parameterSpecs(shape).map(({ name }) => name));
  });

  it("start differently in every tensor and with every seed, as spread as the shape says", () => {
    const state = initialState({ ...shape, vocabulary: 2048 }, 5);
    const embedding = state.parameters.get("embedding") as Float32Array;
    const head = state.parameters.get("head") as Float32Array;
    expect(embedding.subarray(0, 8)).not.toEqual(head.subarray(0, 8));
    const deviation = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0) / embedding.length);
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(initialState(shape, 6).parameters.get("embedding")).not.toEqual(
      initialState(shape, 5).parameters.get("embedding"),
    );
  });
});
