import { probeOnnxModel } from "../models/onnx-embedder.js";
import type { OnnxSettings } from "../models/onnx-folder.js";

/** Tries an ONNX folder; see {@link probeOnnxModel}. */
export async function probeModel({
  settings,
  executionProviders,
}: {
  settings: OnnxSettings;
  executionProviders: readonly string[];
}): Promise<void> {
  await probeOnnxModel(settings, executionProviders);
}
