import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { createGraphBuilder } from "@climb/onnx";

/** The shape of all-MiniLM-L6-v2 but for its vocabulary, which costs memory and no time. */
const SHAPE = { width: 384, layers: 6, heads: 12, inner: 1536, positions: 256 };
const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

/** Writes a Hugging Face folder with a BERT of MiniLM's shape and random weights, whose tokenizer knows the given words. */
export async function writeRandomBert(folder: string, words: readonly string[]): Promise<void> {
  const vocabulary = Object.fromEntries([...SPECIAL, ...words].map((word, id) => [word, id]));
  const added = SPECIAL.map((content, id) => ({ id, content, special: true, normalized: false }));
  const tokenizer = {
    version: "1.0",
    added_tokens: added,
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: vocabulary,
    },
  };
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  const config = { max_position_embeddings: SHAPE.positions, hidden_size: SHAPE.width, pad_token_id: 0 };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "model.onnx"), buildBert(SPECIAL.length + words.length));
}

/** BERT (Devlin et al. 2019): layer norm after each residual, exact GELU, padding masked by −10,000. */
function buildBert(vocabulary: number): Uint8Array {
  const { width, layers, heads, inner, positions } = SHAPE;
  const random = seeded(1).child("random bert");
  const g = createGraphBuilder("random-bert");
  const weights = (shape: number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.1 * (random.float() - 0.5));
    return g.constant("float32", shape, data);
  };
  const scalar = (value: number) => g.constant("float32", [], Float32Array.of(value));
  const ints = (...values: number[]) => g.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
  const norm = (x: string) =>
    g.node("LayerNormalization", [
      x,
      g.constant("float32", [width], new Float32Array(width).fill(1)),
      weights([width]),
    ]);
  const linear = (x: string, from: number, to: number) =>
    g.node("Add", [g.node("MatMul", [x, weights([from, to])]), weights([to])]);

  const ids = g.input("input_ids", "int64", ["batch", "length"]);
  const mask = g.input("attention_mask", "int64", ["batch", "length"]);
  const length = g.node("Gather", [g.node("Shape", [ids]), ints(1)], { axis: 0 });
  const places = g.node("Slice", [weights([positions, width]), ints(0), length, ints(0)]);
  let x = norm(g.node("Add", [g.node("Gather", [weights([vocabulary, width]), ids], { axis: 0 }), places]));
  const kept = g.node("Unsqueeze", [g.node("Cast", [mask], { to: 1 }), ints(1, 2)]);
  const bias = g.node("Mul", [g.node("Sub", [kept, scalar(1)]), scalar(10_000)]);

  const split = (part: string, order: number[]) =>
    g.node("Transpose", [g.node("Reshape", [part, ints(0, 0, heads, width / heads)])], { perm: order });
  for (let layer = 0; layer < layers; layer++) {
    const query = split(linear(x, width, width), [0, 2, 1, 3]);
    const key = split(linear(x, width, width), [0, 2, 3, 1]);
    const value = split(linear(x, width, width), [0, 2, 1, 3]);
    const scaled = g.node("Mul", [g.node("MatMul", [query, key]), scalar(1 / Math.sqrt(width / heads))]);
    const attention = g.node("Softmax", [g.node("Add", [scaled, bias])], { axis: -1 });
    const mixed = g.node("Transpose", [g.node("MatMul", [attention, value])], { perm: [0, 2, 1, 3] });
    const joined = g.node("Reshape", [mixed, ints(0, 0, width)]);
    x = norm(g.node("Add", [linear(joined, width, width), x]));
    const hidden = linear(x, width, inner);
    const erf = g.node("Erf", [g.node("Mul", [hidden, scalar(Math.SQRT1_2)])]);
    const half = g.node("Mul", [hidden, scalar(0.5)]);
    const gelu = g.node("Mul", [half, g.node("Add", [erf, scalar(1)])]);
    x = norm(g.node("Add", [linear(gelu, inner, width), x]));
  }
  g.output("last_hidden_state", x, "float32", ["batch", "length", width]);
  return g.build();
}
