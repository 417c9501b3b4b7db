import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors } from "@climb/numeric";
import { ServiceError } from "@climb/runtime/worker";
import { z } from "zod";
import { ACTIVATIONS, type Activation, type DenseLayer } from "../core/onnx/dense.js";

/** A Dense module of a sentence-transformers folder. */
export interface DenseModule {
  /** Relative to the folder. */
  path: string;
  inFeatures: number;
  outFeatures: number;
  bias: boolean;
  activation: Activation;
}

const schema = z.looseObject({
  in_features: z.number().int().positive(),
  out_features: z.number().int().positive(),
  bias: z.boolean().default(true),
  activation_function: z.string().default("torch.nn.modules.activation.Tanh"),
});

/** Where a module keeps its weights. */
export function denseFile({ path }: Pick<DenseModule, "path">): string {
  return join(path, "model.safetensors");
}

/** @throws ServiceError MODEL_UNKNOWN naming the folder and what was expected */
export async function readDenseConfig(folder: string, path: string): Promise<DenseModule> {
  const file = join(path, "config.json");
  let config: z.infer<typeof schema>;
  try {
    config = schema.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
  } catch (error) {
    throw refuse(folder, `${file} of ${folder} cannot be used: ${(error as Error).message.split("\n")[0]}`);
  }
  const name = config.activation_function.split(".").at(-1) ?? "";
  if (!(name in ACTIVATIONS)) {
    const expected = Object.keys(ACTIVATIONS).join(", ");
    throw refuse(folder, `${file} of ${folder} asks for the activation ${name}; expected one of ${expected}`);
  }
  const { in_features: inFeatures, out_features: outFeatures, bias } = config;
  return { path, inFeatures, outFeatures, bias, activation: name as Activation };
}

/** @throws ServiceError MODEL_UNKNOWN if the weights are missing or of another shape */
export async function readDense(folder: string, module: DenseModule): Promise<DenseLayer> {
  const file = denseFile(module);
  const { inFeatures, outFeatures, activation } = module;
  try {
    const { tensors } = decodeSafetensors(await readFile(join(folder, file)));
    const [weight, bias] = [tensors.get("linear.weight"), tensors.get("linear.bias")];
    if (!weight || String(weight.shape) !== String([outFeatures, inFeatures])) {
      throw new Error(`linear.weight is (${weight?.shape ?? "missing"}), expected (${outFeatures},${inFeatures})`);
    }
    if (module.bias && bias?.data.length !== outFeatures)
      throw new Error("linear.bias is missing or of another length");
    return { weight: weight.data, bias: module.bias ? bias?.data : undefined, activation };
  } catch (error) {
    throw refuse(folder, `${file} of ${folder} cannot be used: ${(error as Error).message}`);
  }
}

function refuse(folder: string, message: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: folder });
}
