import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { fromHuggingFace } from "../core/tokenizer/hugging-face.js";
import type { Vocabulary } from "../core/tokenizer/vocabulary.js";

/** A tokenizer as tasks are given it. */
export interface TokenizerFile extends Vocabulary {
  /** The text of tokenizer.json. */
  json: string;
}

/** From text to ids, without special tokens. */
export interface TextTokenizer extends Vocabulary {
  encode(text: string): Uint16Array;
}

/**
 * Opens a tokenizer.json: one that Climb wrote by Climb's own code, any other by Hugging Face's.
 * @throws Error of the library if it cannot read the file
 */
export function openTokenizer({ json, vocabulary, endOfText }: TokenizerFile): TextTokenizer {
  const parsed = JSON.parse(json);
  const own = ownTokenizer(parsed);
  if (own) return { vocabulary, endOfText, encode: (text) => own.encode(text) };
  const tokenizer = new HuggingFaceTokenizer(parsed, {});
  return {
    vocabulary,
    endOfText,
    encode: (text) => Uint16Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids),
  };
}

function ownTokenizer(parsed: unknown) {
  try {
    return fromHuggingFace(parsed);
  } catch {
    return undefined;
  }
}

// Letters of three scripts, a rare character, an emoji, code: each must get ids of its own.
const PROBES = [
  "Cat",
  "cat",
  "Straße",
  "Strasse",
  "кот",
  "код",
  "猫",
  "狗",
  "🙂",
  "🙃",
  "ꙮ",
  "ꙭ",
  "{\n\treturn;\n}",
  "{ return; }",
];

/**
 * Whether texts keep what tells them apart: without that, bits per byte mean nothing.
 * @returns a sentence on what is wrong, or undefined
 */
export function checkTokenizer(tokenizer: TokenizerFile): string | undefined {
  let opened: TextTokenizer;
  try {
    opened = openTokenizer(tokenizer);
  } catch (error) {
    return `it cannot be read: ${(error as Error).message}`;
  }
  const known = new Map<string, string>();
  for (const probe of PROBES) {
    const ids = opened.encode(probe).join(" ");
    const same = known.get(ids);
    if (same !== undefined) {
      return `${JSON.stringify(same)} and ${JSON.stringify(probe)} get the same ids; expected a tokenizer that tells all texts apart, such as BPE on bytes`;
    }
    known.set(ids, probe);
  }
  return undefined;
}
