import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOnnxModel } from "./onnx-embedder.js";
import { type OnnxChoices, readOnnxFolder } from "./onnx-folder.js";

// A random BERT exported by PyTorch; ids and vectors by Hugging Face's own tokenizers and PyTorch: tiny-bert/make.py.
const fixture = fileURLToPath(new URL("../../fixtures/tiny-bert/", import.meta.url));

interface Expected {
  texts: string[];
  maxTokens: number;
  truncatedDimensions: number;
  tokenizers: Record<string, { ids: number[][]; vectors: Record<string, number[]>[] }>;
}

let expected: Expected;
let folder = "";
beforeEach(async () => {
  expected = JSON.parse(await readFile(join(fixture, "expected.json"), "utf8")) as Expected;
  folder = await mkdtemp(join(tmpdir(), "climb-onnx-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Record<string, unknown>): Promise<void> {
  for (const [name, value] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  }
}

async function makeFolder(tokenizer = "wordpiece", files: Record<string, unknown> = {}, model = "model.onnx") {
  await mkdir(dirname(join(folder, model)), { recursive: true });
  await copyFile(join(fixture, "model.onnx"), join(folder, model));
  await copyFile(join(fixture, `${tokenizer}.json`), join(folder, "tokenizer.json"));
  await put({ "config.json": { max_position_embeddings: expected.maxTokens, hidden_size: 32 }, ...files });
}

const choices = (given: Partial<OnnxChoices> = {}) => ({
  path: folder,
  maxTokens: 0,
  prefix: "",
  dimensions: 0,
  ...given,
});
const denseFiles = { "modules.json": [{ path: "2_Dense", type: "sentence_transformers.models.Dense" }] };
const pooling = (mode: string, more = {}) => ({ "1_Pooling/config.json": { [`pooling_mode_${mode}`]: true, ...more } });

async function vectorsOf(texts: string[], given: Partial<OnnxChoices> = {}): Promise<Float32Array[]> {
  const { embedder } = await openOnnxModel(await readOnnxFolder(choices(given)));
  const { vectors, dimensions } = await embedder.embed(texts);
  return texts.map((_, row) => vectors.subarray(row * dimensions, (row + 1) * dimensions));
}

function expectNear(found: Float32Array | undefined, wanted: number[] | Float32Array | undefined): void {
  expect(found?.length).toBe(wanted?.length);
  const error = Math.max(...Array.from(wanted ?? [], (value, i) => Math.abs(value - (found?.[i] ?? Number.NaN))));
  expect(error).toBeLessThan(2e-6);
}

describe("an ONNX model", () => {
  it.each(["wordpiece", "unigram", "bpe"])(
    "reads texts with a %s tokenizer as Hugging Face's own does",
    async (name) => {
      await makeFolder(name);
      const { reader } = await openOnnxModel(await readOnnxFolder(choices()));
      expect(expected.texts.map((text) => [...reader.read(text)])).toEqual(expected.tokenizers[name]?.ids);
    },
  );

  // For example webgpu,cpu, where there is a Vulkan device (a software one serves).
  const providers = process.env.CLIMB_TEST_PROVIDERS ?? "";
  it.skipIf(providers === "")(
    "gives PyTorch's vectors on another provider too (run if CLIMB_TEST_PROVIDERS names providers of this machine)",
    async () => {
      await makeFolder("wordpiece", pooling("mean_tokens"));
      const opened = await openOnnxModel(await readOnnxFolder(choices()), providers.split(","));
      const { vectors, dimensions } = await opened.embedder.embed(expected.texts);
      expected.tokenizers.wordpiece?.vectors.forEach(({ mean }, row) => {
        expectNear(vectors.subarray(row * dimensions, (row + 1) * dimensions), mean);
      });
    },
  );

  it("goes through a Dense module after the pooling, as sentence-transformers do", async () => {
    await makeFolder("wordpiece", { ...pooling("mean_tokens"), ...denseFiles });
    for (const name of ["config.json", "model.safetensors"]) {
      await mkdir(join(folder, "2_Dense"), { recursive: true });
      await copyFile(join(fixture, "dense", name), join(folder, "2_Dense", name));
    }
    const wanted = JSON.parse(await readFile(join(fixture, "expected-dense.json"), "utf8")) as number[][];
    const found = await vectorsOf(expected.texts);
    for (const [row, vector] of found.entries()) expectNear(vector, wanted[row]);
    expect((await vectorsOf(expected.texts, { dimensions: 4 }))[0]?.length).toBe(4);
    await expect(readOnnxFolder(choices({ dimensions: 9 }))).rejects.toThrow("dimensions is 9, but the model in");
  });

  it("is refused on a provider that there is not", async () => {
    await makeFolder();
    const opening = openOnnxModel(await readOnnxFolder(choices()), ["cuda12", "cpu"]);
    await expect(opening).rejects.toThrow(
      /model\.onnx of .* cannot be used: there is no execution provider cuda12 here/,
    );
  });

  it.each([
    ["wordpiece", "mean", "mean_tokens"],
    ["unigram", "cls", "cls_token"],
    ["bpe", "lasttoken", "lasttoken"],
    ["wordpiece", "max", "max_tokens"],
  ])("gives PyTorch's vectors, in batches of texts of all lengths: %s, %s", async (name, kind, mode) => {
    await makeFolder(name, pooling(mode), "onnx/model.onnx");
    const found = await vectorsOf(expected.texts);
    for (const [i, vector] of found.entries()) expectNear(vector, expected.tokenizers[name]?.vectors[i]?.[kind]);
  });

  it("keeps only the first dimensions when asked, with length one again", async () => {
    await makeFolder();
    const found = await vectorsOf(expected.texts, { dimensions: expected.truncatedDimensions });
    for (const [i, vector] of found.entries()) expectNear(vector, expected.tokenizers.wordpiece?.vectors[i]?.truncated);
  });

  it("puts the folder's prompt for documents before each text, or the prefix that was given", async () => {
    await makeFolder();
    const [wanted] = await vectorsOf(["passage: the dog"]);
    await put({ "config_sentence_transformers.json": { prompts: { query: "query: ", passage: "passage: " } } });
    expectNear((await vectorsOf(["the dog"]))[0], wanted);
    const [other] = await vectorsOf(["query: the dog"], { prefix: " " });
    expectNear((await vectorsOf(["the dog"], { prefix: "query: " }))[0], other);
  });

  it("leaves the prompt's tokens out of the mean if the folder says so", async () => {
    await makeFolder("wordpiece", pooling("mean_tokens"));
    const [whole] = await vectorsOf(["the dog"], { prefix: "query: " });
    await put(pooling("mean_tokens", { include_prompt: false }));
    const [without] = await vectorsOf(["the dog"], { prefix: "query: " });
    const difference = Math.max(...Array.from(whole ?? [], (value, i) => Math.abs(value - (without?.[i] ?? 0))));
    expect(difference).toBeGreaterThan(1e-3);
  });

  it("takes the maximum length from the folder, and less if it was asked to", async () => {
    await makeFolder("wordpiece", { "sentence_bert_config.json": { max_seq_length: 12 } });
    const long = expected.texts.at(-1) as string;
    const lengthWith = async (maxTokens: number) =>
      (await openOnnxModel(await readOnnxFolder(choices({ maxTokens })))).reader.read(long).length;
    expect([await lengthWith(0), await lengthWith(7), await lengthWith(24)]).toEqual([12, 7, 24]);
    await expect(readOnnxFolder(choices({ maxTokens: 25 }))).rejects.toThrow(/max_tokens is 25, but .* 24 positions/);
  });
});

describe("a model folder that cannot be used is told in one sentence", () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["no folder", () => rm(folder, { recursive: true }), /is no folder that can be read$/],
    ["no model", () => rm(join(folder, "model.onnx")), /has no model\.onnx and no onnx\/model\.onnx$/],
    ["no tokenizer", () => rm(join(folder, "tokenizer.json")), /has no tokenizer\.json$/],
    ["broken JSON", () => put({ "config.json": "{" }), /config\.json of .* cannot be understood: /],
    ["a layer of another kind", () => put({ "modules.json": [{ path: "2", type: "x.models.LSTM" }] }), /a LSTM module/],
    [
      "a dense layer without its configuration",
      () => put({ "modules.json": [{ path: "2_Dense", type: "x.models.Dense" }] }),
      /2_Dense\/config\.json of .* cannot be used/,
    ],
    [
      "a dense layer with another activation",
      () =>
        put({
          ...denseFiles,
          "2_Dense/config.json": { in_features: 32, out_features: 8, activation_function: "x.GELU" },
        }),
      /asks for the activation GELU; expected one of Identity, Tanh/,
    ],
    [
      "a dense layer without weights",
      () => put({ ...denseFiles, "2_Dense/config.json": { in_features: 32, out_features: 8 } }),
      /2_Dense\/model\.safetensors of .* cannot be used/,
    ],
    ["two poolings", () => put(pooling("cls_token", { pooling_mode_max_tokens: true })), /pooling "cls_token and max/],
    ["no ONNX", () => put({ "model.onnx": "oops" }), /model\.onnx of .* cannot be used: /],
    ["no tokens", () => put({ "tokenizer.json": {} }), /tokenizer\.json of .* cannot be used: /],
  ])("%s", async (_, spoil, message) => {
    await makeFolder();
    await spoil();
    const opening = readOnnxFolder(choices()).then(openOnnxModel);
    await expect(opening).rejects.toMatchObject({ reason: "MODEL_UNKNOWN", message: expect.stringMatching(message) });
  });
});
