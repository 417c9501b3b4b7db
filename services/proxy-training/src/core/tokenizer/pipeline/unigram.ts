import { createTrie } from "./trie.js";

/** The model of a Unigram tokenizer.json. */
export interface UnigramModel {
  /** Pieces with their log probabilities; the index is the id. */
  readonly vocab: readonly (readonly [string, number])[];
  readonly unk_id?: number | null;
  readonly byte_fallback?: boolean;
}

/** Lower than the least likely piece by so much is a character that no piece has (SentencePiece's kUnkPenalty). */
const UNKNOWN_PENALTY = 10;

/**
 * The most likely pieces of a word (Viterbi; Kudo 2018, arXiv 1804.10959), from left to right; of equally likely ways the one
 * whose last piece begins first. Characters in a row that are in no piece become their bytes if the vocabulary has them all, or
 * one unknown token.
 * @throws RangeError without a vocabulary or without an unknown token
 */
export function unigram({ vocab, unk_id: unknown, byte_fallback }: UnigramModel): (word: string) => number[] {
  if (!Array.isArray(vocab) || vocab.length === 0) throw new RangeError("model.vocab: expected a list of pieces");
  if (typeof unknown !== "number" || !vocab[unknown]) {
    throw new RangeError(`model.unk_id: found ${unknown}, expected the id of a piece`);
  }
  const trie = createTrie(vocab.map(([piece]) => piece));
  const scores = Float64Array.from(vocab, ([, score]) => score);
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
  const ids = new Map(vocab.map(([piece], id) => [piece, id]));
  const bytes = byte_fallback ? Array.from({ length: 256 }, (_, byte) => ids.get(byteName(byte))) : [];
  const encoder = new TextEncoder();
  const unknownIds = (text: string): number[] => {
    const whole = ids.get(text);
    if (whole !== undefined) return [whole];
    const own = Array.from(encoder.encode(text), (byte) => bytes[byte]);
    return own.every((id) => id !== undefined) ? (own as number[]) : [unknown];
  };

  return (word) => {
    const best = new Float64Array(word.length + 1);
    const [starts, pieces] = [new Int32Array(word.length + 1).fill(-1), new Int32Array(word.length + 1)];
    const offer = (start: number, end: number, id: number, score: number) => {
      const total = (best[start] as number) + score;
      if (starts[end] !== -1 && total <= (best[end] as number)) return;
      best[end] = total;
      starts[end] = start;
      pieces[end] = id;
    };
    for (let start = 0; start < word.length; ) {
      const width = (word.codePointAt(start) as number) > 0xffff ? 2 : 1;
      let isKnown = false;
      trie.eachPrefix(word, start, (id, end) => {
        offer(start, end, id, scores[id] as number);
        if (end === start + width) isKnown = true;
      });
      if (!isKnown) offer(start, start + width, unknown, unknownScore);
      start += width;
    }
    const found: number[][] = [];
    for (let end = word.length; end > 0; ) {
      let start = starts[end] as number;
      if (pieces[end] === unknown) {
        while (start > 0 && pieces[start] === unknown) start = starts[start] as number;
        found.push(unknownIds(word.slice(start, end)));
      } else {
        found.push([pieces[end] as number]);
      }
      end = start;
    }
    return found.reverse().flat();
  };
}

/** What a byte is called in vocabularies that fall back to bytes. */
function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}
