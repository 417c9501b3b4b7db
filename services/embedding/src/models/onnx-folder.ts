import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "@climb/runtime/worker";
import { z } from "zod";
import { POOLINGS, type Pooling } from "../core/onnx/pooling.js";
import { type DenseModule, denseFile, readDenseConfig } from "./dense-module.js";

/** A file of the folder that decides the vectors, as it was when the folder was read. */
export interface FolderFile {
  name: string;
  sizeBytes: number;
  modifiedMs: number;
}

/** A Hugging Face folder and how its model is used. Plain data, stored with an embedding set. */
export interface OnnxSettings {
  folder: string;
  /** The model's file, relative to the folder. */
  modelFile: string;
  pooling: Pooling;
  /** Layers after the pooling, if there are any. */
  dense?: DenseModule[];
  /** Whether the tokens of the prefix are pooled too. */
  includePrefix: boolean;
  /** Put before each text. */
  prefix: string;
  maxTokens: number;
  /** Keep only the first dimensions; 0 means all. */
  dimensions: number;
  padId: number;
  files: FolderFile[];
}

export interface OnnxChoices {
  path: string;
  maxTokens: number;
  prefix: string;
  dimensions: number;
}

const MODEL_FILES = ["model.onnx", "onnx/model.onnx"];
const MODULES = new Set(["Transformer", "Pooling", "Dense", "Normalize"]);
/** Models that say nothing of a maximum have this one; so has BERT. */
const USUAL_MAX_TOKENS = 512;

const configSchema = z.looseObject({
  max_position_embeddings: z.number().int().positive().optional(),
  pad_token_id: z.number().int().nonnegative().nullish(),
  model_type: z.string().optional(),
  hidden_size: z.number().int().positive().optional(),
});
const modulesSchema = z.array(z.looseObject({ path: z.string().default(""), type: z.string() }));
const sentenceSchema = z.looseObject({ max_seq_length: z.number().int().positive().nullish() });
const tokenizerSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });
const promptsSchema = z.looseObject({
  prompts: z.record(z.string(), z.string()).default({}),
  default_prompt_name: z.string().nullish(),
});
const poolingSchema = z.looseObject({ include_prompt: z.boolean().default(true) });

/**
 * Reads how a Hugging Face folder wants its model to be used: modules.json, 1_Pooling/config.json,
 * sentence_bert_config.json, config_sentence_transformers.json, tokenizer_config.json and config.json, each if it is there.
 * @throws ServiceError MODEL_UNKNOWN with one sentence if a needed file is missing or says what is not offered
 */
export async function readOnnxFolder(choices: OnnxChoices): Promise<OnnxSettings> {
  const folder = choices.path;
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) throw refuse(folder, `${folder} is no folder that can be read`);
  const modelFile = await firstPresent(folder, MODEL_FILES);
  if (!modelFile) throw refuse(folder, `${folder} has no ${MODEL_FILES.join(" and no ")}`);
  if (!(await firstPresent(folder, ["tokenizer.json"]))) throw refuse(folder, `${folder} has no tokenizer.json`);

  const config = (await readJson(folder, "config.json", configSchema)) ?? {};
  const modules = (await readJson(folder, "modules.json", modulesSchema)) ?? [];
  const strange = modules.find(({ type }) => !MODULES.has(nameOf(type)));
  if (strange) {
    const offered = [...MODULES].join(", ");
    throw refuse(folder, `modules.json of ${folder} has a ${nameOf(strange.type)} module; expected only ${offered}`);
  }
  const poolingFile = join(modules.find(({ type }) => nameOf(type) === "Pooling")?.path || "1_Pooling", "config.json");
  const pooling = await readJson(folder, poolingFile, poolingSchema);
  const sentence = await readJson(folder, "sentence_bert_config.json", sentenceSchema);
  const tokenizer = await readJson(folder, "tokenizer_config.json", tokenizerSchema);
  const prompts = await readJson(folder, "config_sentence_transformers.json", promptsSchema);

  const most = mostPositions(config) ?? Number.POSITIVE_INFINITY;
  const said = sentence?.max_seq_length ?? Math.min(most, tokenizer?.model_max_length ?? USUAL_MAX_TOKENS);
  if (choices.maxTokens > most) {
    throw refuse(folder, `max_tokens is ${choices.maxTokens}, but the model in ${folder} has ${most} positions`);
  }
  const dense: DenseModule[] = [];
  for (const { type, path } of modules) if (nameOf(type) === "Dense") dense.push(await readDenseConfig(folder, path));
  const hidden = dense.at(-1)?.outFeatures ?? config.hidden_size;
  if (hidden !== undefined && choices.dimensions > hidden) {
    throw refuse(folder, `dimensions is ${choices.dimensions}, but the model in ${folder} has ${hidden}`);
  }
  return {
    folder,
    modelFile,
    pooling: pooling ? poolingOf(folder, poolingFile, pooling) : "mean",
    ...(dense.length > 0 && { dense }),
    includePrefix: pooling?.include_prompt ?? true,
    prefix: choices.prefix || documentPrompt(prompts),
    maxTokens: choices.maxTokens || Math.min(said, most, 8192),
    dimensions: choices.dimensions,
    padId: config.pad_token_id ?? 0,
    files: await filesOf(folder, [
      modelFile,
      `${modelFile}_data`,
      `${modelFile}.data`,
      "tokenizer.json",
      ...dense.map(denseFile),
    ]),
  };
}

/** RoBERTa and its kin count positions from the padding id on, so that two or so are lost. */
function mostPositions(config: z.infer<typeof configSchema>): number | undefined {
  const { max_position_embeddings: positions, model_type: type = "", pad_token_id: pad } = config;
  const offset = /roberta|mpnet|camembert/.test(type) ? (pad ?? 1) + 1 : 0;
  return positions === undefined ? undefined : positions - offset;
}

/** The prompt for documents: sentence-transformers' names for it, else the default one. */
function documentPrompt(given: z.infer<typeof promptsSchema> | undefined): string {
  const prompts = given?.prompts ?? {};
  const name = ["document", "passage", "corpus"].find((key) => prompts[key]) ?? given?.default_prompt_name ?? "";
  return prompts[name] ?? "";
}

function poolingOf(folder: string, file: string, config: z.infer<typeof poolingSchema>): Pooling {
  const modes = typeof config.pooling_mode === "string" ? [config.pooling_mode] : [];
  for (const [key, value] of Object.entries(config)) {
    if (value === true && key.startsWith("pooling_mode_")) modes.push(key.replace("pooling_mode_", ""));
  }
  const plain = modes.map((mode) => mode.replace(/_tokens?$/, ""));
  const found = POOLINGS.find((pooling) => pooling === plain[0]);
  if (plain.length === 1 && found) return found;
  const expected = `expected one of ${POOLINGS.join(", ")}`;
  throw refuse(folder, `${file} of ${folder} asks for pooling "${modes.join(" and ")}"; ${expected}`);
}

function nameOf(type: string): string {
  return type.split(".").at(-1) ?? type;
}

async function firstPresent(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info?.isFile()) return name;
  }
  return undefined;
}

async function filesOf(folder: string, names: readonly string[]): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const name of names) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info) files.push({ name, sizeBytes: info.size, modifiedMs: Math.trunc(info.mtimeMs) });
  }
  return files;
}

async function readJson<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw refuse(folder, `${name} of ${folder} cannot be understood: ${reason.replace(/\s+/g, " ")}`);
  }
}

function refuse(folder: string, message: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: folder });
}
