import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGraphBuilder, type ElementType } from "@climb/onnx";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOnnxModel, probeOnnxModel } from "./onnx-embedder.js";
import { readOnnxFolder } from "./onnx-folder.js";

const tokenizer = fileURLToPath(new URL("../../fixtures/tiny-bert/wordpiece.json", import.meta.url));
const ROWS = 4096;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-probe-"));
  await copyFile(tokenizer, join(folder, "tokenizer.json"));
  await writeFile(join(folder, "config.json"), JSON.stringify({ max_position_embeddings: 24 }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A model that looks up a row of two values for each token. @param change what it makes of them */
async function lookUp(
  ids: ElementType,
  row: (i: number) => number[],
  change?: (rows: string, graph: ReturnType<typeof createGraphBuilder>) => string,
) {
  const graph = createGraphBuilder("probe");
  const input = graph.input("input_ids", ids, ["batch", "length"]);
  const table = graph.constant(
    "float32",
    [ROWS, 2],
    Float32Array.from(Array.from({ length: ROWS }, (_, i) => row(i)).flat()),
  );
  const indices = ids.startsWith("float") ? graph.node("Cast", [input], { to: 7 }) : input;
  const rows = graph.node("Gather", [table, indices]);
  graph.output(
    "last_hidden_state",
    change?.(rows, graph) ?? rows,
    "float32",
    change ? ["batch", "length", 1, 2] : ["batch", "length", 2],
  );
  await writeFile(join(folder, "model.onnx"), graph.build());
  return readOnnxFolder({ path: folder, maxTokens: 0, prefix: "", dimensions: 0 });
}

const rising = (i: number) => [i + 1, 1];

describe("the probe of an ONNX folder", () => {
  it("is passed by models that take their ids in 64 bits or in 32, with the same vectors", async () => {
    const vectors: Float32Array[] = [];
    for (const ids of ["int64", "int32"] as const) {
      const settings = await lookUp(ids, rising);
      await probeOnnxModel(settings);
      const { embedder, session } = await openOnnxModel(settings);
      vectors.push((await embedder.embed(["a few words"])).vectors);
      await session.release();
    }
    expect(vectors[0]).toHaveLength(2);
    expect(vectors[1]).toEqual(vectors[0]);
  });

  it("says what was found and what was expected", async () => {
    const refusal = async (settings: Awaited<ReturnType<typeof lookUp>>) =>
      (await probeOnnxModel(settings).catch((error) => error)) as { reason: string; message: string };
    const four = (rows: string, graph: ReturnType<typeof createGraphBuilder>) =>
      graph.node("Unsqueeze", [rows, graph.constant("int64", [1], BigInt64Array.of(2n))]);
    const add = async (making: ReturnType<typeof lookUp>, message: RegExp) => {
      expect(await refusal(await making)).toMatchObject({
        reason: "MODEL_UNKNOWN",
        message: expect.stringMatching(message),
      });
    };
    await add(lookUp("float32", rising), /input "input_ids" is float32; expected int64 or int32/);
    await add(
      lookUp("int64", () => [Number.NaN, 1]),
      /a vector with NaN or Infinity; expected finite numbers/,
    );
    await add(
      lookUp("int64", rising, four),
      /"last_hidden_state" has the shape .*; expected texts × tokens × dimensions/,
    );
  });
});
