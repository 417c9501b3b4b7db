import { readFileSync } from "node:fs";
import { buildInference } from "../core/model/inference.js";
import type { ModelShape } from "../core/model/shape.js";
import { decodeWeights } from "../core/training/checkpoint.js";

export interface ExportModelTask {
  shape: ModelShape;
  /** safetensors. */
  weightsPath: string;
}

/** The trained proxy as an ONNX inference model. */
export function exportModel({ shape, weightsPath }: ExportModelTask): Uint8Array {
  return buildInference(shape, decodeWeights(shape, new Uint8Array(readFileSync(weightsPath))));
}
