import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { fromHuggingFace } from "../core/tokenizer/hugging-face.js";
import { pipelineOf } from "../core/tokenizer/pipeline/pipeline.js";
import type { Vocabulary } from "../core/tokenizer/vocabulary.js";
import { bytesPerToken, type Tokens, tokensOf } from "../core/tokens.js";

/** A tokenizer as tasks are given it. */
export interface TokenizerFile extends Vocabulary {
  /** The text of tokenizer.json. */
  json: string;
}

/** From text to ids, without special tokens. */
export interface TextTokenizer extends Vocabulary {
  /** Ids in 16 or 32 bits, as the size of the vocabulary asks for. */
  encode(text: string): Tokens;
}

/**
 * Opens a tokenizer.json: one that Climb wrote, Unigram and WordPiece by Climb's own code, BPE of others by Hugging Face's.
 * @throws Error saying what cannot be read of it
 */
export function openTokenizer({ json, vocabulary, endOfText }: TokenizerFile): TextTokenizer {
  const parsed = JSON.parse(json);
  const own = ownTokenizer(parsed);
  if (own) return { vocabulary, endOfText, encode: (text) => own.encode(text) };
  const encode = pipelineOf(parsed) ?? bpeOf(parsed);
  const bytes = bytesPerToken(vocabulary);
  return { vocabulary, endOfText, encode: (text) => tokensOf(bytes, encode(text)) };
}

function ownTokenizer(parsed: unknown) {
  try {
    return fromHuggingFace(parsed);
  } catch {
    return undefined;
  }
}

function bpeOf(parsed: ConstructorParameters<typeof HuggingFaceTokenizer>[0]): (text: string) => number[] {
  const tokenizer = new HuggingFaceTokenizer(parsed, {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}

// Letters of three scripts, a rare character, an emoji, code, spaces: each must get ids of its own.
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
  "a b",
  "a  b",
];

/** What is wrong with a tokenizer, as sentences. */
export interface TokenizerFaults {
  /** It cannot be used at all. */
  unreadable?: string;
  /** Texts that it takes for one another, pair by pair: bits per byte then leave out what tells them apart. */
  losses: string[];
}

/** Whether texts keep what tells them apart. */
export function checkTokenizer(tokenizer: TokenizerFile): TokenizerFaults {
  const losses: string[] = [];
  try {
    const opened = openTokenizer(tokenizer);
    const known = new Map<string, string>();
    for (const probe of PROBES) {
      const ids = opened.encode(probe).join(" ");
      const same = known.get(ids);
      if (same === undefined) known.set(ids, probe);
      else losses.push(`${JSON.stringify(same)} and ${JSON.stringify(probe)}`);
    }
  } catch (error) {
    return { unreadable: `it cannot be read: ${(error as Error).message}`, losses };
  }
  return { losses };
}
