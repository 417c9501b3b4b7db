import { type AddedToken, tokenFinder } from "./added-tokens.js";
import { normalizerOf } from "./normalizers.js";
import type { Part } from "./parts.js";
import { preTokenizerOf } from "./pre-tokenizers.js";
import { type UnigramModel, unigram } from "./unigram.js";
import { type WordPieceModel, wordPiece } from "./word-piece.js";

/** A parsed tokenizer.json. */
export interface TokenizerJson {
  readonly added_tokens?: readonly AddedToken[] | null;
  readonly normalizer?: Part | null;
  readonly pre_tokenizer?: Part | null;
  readonly model?: Part | null;
}

/** Words remembered with their ids; when so many are met it starts again. Longer ones seldom come twice. */
const [CACHE_WORDS, CACHED_LENGTH] = [65_536, 64];

/**
 * Encodes as a Unigram or WordPiece tokenizer.json says, with the ids of Hugging Face's Rust library; no special tokens are
 * added, nothing is cut off.
 * @returns undefined for a model of another kind
 * @throws RangeError saying which part is not known here or makes no sense
 */
export function pipelineOf(json: TokenizerJson): ((text: string) => number[]) | undefined {
  const encodeWord = modelOf(json.model);
  if (!encodeWord) return undefined;
  const normalizer = normalizerOf(json.normalizer);
  const preTokenizer = preTokenizerOf(json.pre_tokenizer);
  const added = json.added_tokens ?? [];
  const isNormalized = ({ normalized, special }: AddedToken) => normalized ?? !special;
  const findRaw = tokenFinder(added.filter((token) => !isNormalized(token)));
  const findNormalized = tokenFinder(added.filter(isNormalized), normalizer);
  const cache = new Map<string, number[]>();
  const idsOf = (word: string): number[] => {
    const known = cache.get(word);
    if (known) return known;
    const ids = encodeWord(word);
    if (word.length > CACHED_LENGTH) return ids;
    if (cache.size >= CACHE_WORDS) cache.clear();
    cache.set(word, ids);
    return ids;
  };

  return (text) => {
    const ids: number[] = [];
    for (const [i, raw] of findRaw(text.toWellFormed()).entries()) {
      if (typeof raw === "number") {
        ids.push(raw);
        continue;
      }
      for (const [k, section] of findNormalized(normalizer(raw)).entries()) {
        if (typeof section === "number") ids.push(section);
        else {
          for (const word of preTokenizer({ text: section, first: i === 0 && k === 0 })) {
            for (const id of idsOf(word.text)) ids.push(id);
          }
        }
      }
    }
    return ids;
  };
}

function modelOf(model: Part | null | undefined): ((word: string) => number[]) | undefined {
  if (model?.type === "Unigram") return unigram(model as unknown as UnigramModel);
  if (model?.type === "WordPiece") return wordPiece(model as unknown as WordPieceModel);
  return undefined;
}
