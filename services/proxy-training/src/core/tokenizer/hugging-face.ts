import { BYTE_SYMBOLS } from "./byte-symbols.js";
import { WORD_PATTERN } from "./pre-tokenizer.js";
import { createTokenizer, END_OF_TEXT, FIRST_MERGE, pairKey, type Tokenizer } from "./tokenizer.js";

const END_OF_TEXT_CONTENT = "<|endoftext|>";

/**
 * The tokenizer as the object of a Hugging Face `tokenizer.json`. Libraries that load it give the ids of `encode`,
 * except that they read the literal text `<|endoftext|>` as the end-of-text token, where `encode` sees plain text.
 */
export function toHuggingFace(tokenizer: Tokenizer): Record<string, unknown> {
  const symbols = [...BYTE_SYMBOLS, END_OF_TEXT_CONTENT];
  const merges = Array.from(tokenizer.merges, (pair) => {
    const first = symbols[Math.floor(pair / 65536)] as string;
    const second = symbols[pair % 65536] as string;
    symbols.push(first + second);
    return [first, second];
  });
  const byteLevel = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: false,
    use_regex: false,
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: END_OF_TEXT,
        content: END_OF_TEXT_CONTENT,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        {
          type: "Split",
          pattern: { Regex: WORD_PATTERN },
          behavior: "Isolated",
          invert: false,
        },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])),
      merges,
    },
  };
}

/**
 * Reads what `toHuggingFace` wrote, as parsed JSON; merges may be pairs or "first second" strings.
 * @throws Error naming the field, when the file is of another kind of tokenizer.
 */
export function fromHuggingFace(json: unknown): Tokenizer {
  const model = field(json, "model");
  expectEqual("model.type", field(model, "type"), "BPE");
  const vocabulary = field(model, "vocab");
  const merges = field(model, "merges");
  const split = field(field(field(json, "pre_tokenizer"), "pretokenizers"), "0");
  expectEqual("pre_tokenizer.pretokenizers[0].pattern.Regex", field(field(split, "pattern"), "Regex"), WORD_PATTERN);
  if (!Array.isArray(merges)) throw new Error(`tokenizer.json: model.merges: expected a list, found ${typeof merges}`);

  const idOf = (symbol: string, where: string) => {
    const id = field(vocabulary, symbol);
    if (typeof id === "number") return id;
    throw new Error(`tokenizer.json: ${where}: "${symbol}" is not in model.vocab`);
  };
  BYTE_SYMBOLS.forEach((symbol, byte) => {
    expectEqual(`model.vocab["${symbol}"]`, idOf(symbol, `byte ${byte}`), byte);
  });
  expectEqual(`model.vocab["${END_OF_TEXT_CONTENT}"]`, idOf(END_OF_TEXT_CONTENT, "end of text"), END_OF_TEXT);
  const pairs = merges.map((merge: unknown, rank) => {
    const [first, second] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
    if (typeof first !== "string" || typeof second !== "string") {
      throw new Error(`tokenizer.json: model.merges[${rank}]: expected two tokens, found ${JSON.stringify(merge)}`);
    }
    const where = `model.merges[${rank}]`;
    expectEqual(`${where} makes`, idOf(first + second, where), FIRST_MERGE + rank);
    return pairKey(idOf(first, where), idOf(second, where));
  });
  return createTokenizer(Float64Array.from(pairs));
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function expectEqual(where: string, found: unknown, expected: string | number): void {
  if (found === expected) return;
  throw new Error(`tokenizer.json: ${where}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}
