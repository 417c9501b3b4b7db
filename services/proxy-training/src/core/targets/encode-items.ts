import type { Tokens } from "../tokens.js";
import type { EncodedItem, EncodedTarget, Item, Score, TargetKind } from "./items.js";
import { utf8Length } from "./sample-items.js";

/** What is needed of a tokenizer. */
export interface TextEncoding {
  readonly endOfText: number;
  encode(text: string): Tokens;
}

/** A target as stored, and how to score it. */
export interface EncodeTargetOptions {
  readonly name: string;
  readonly kind: TargetKind;
  readonly items: readonly Item[];
  /** Default "full": it ranks mixtures as well as "answer" and holds more text. `text` is always full. */
  readonly score?: Score;
}

/**
 * Tokenises a target. Context and answer are tokenised apart, so that the answer starts at a token and its bytes are
 * exact, whatever the tokenizer. @throws RangeError when there is nothing to score.
 */
export function encodeTarget(options: EncodeTargetOptions, tokenizer: TextEncoding): EncodedTarget {
  const { name, kind } = options;
  const score = kind === "text" ? "full" : (options.score ?? "full");
  const items = encodeItems(options.items, tokenizer, score);
  const scoredBytes = items.reduce((total, item) => total + item.scoredBytes, 0);
  if (scoredBytes === 0) throw new RangeError(`target ${name}: expected text to score, found none`);
  return { name, kind, items, scoredBytes };
}

/** The items as token ids, see EncodedItem. */
export function encodeItems(items: readonly Item[], tokenizer: TextEncoding, score: Score = "full"): EncodedItem[] {
  return items.map((item) => {
    const context = tokenizer.encode(item.context);
    const answerStart = 1 + context.length;
    const answerBytes = item.choices.map(utf8Length);
    const goldBytes = answerBytes[item.gold];
    if (goldBytes === undefined) throw new RangeError(`gold ${item.gold} of ${item.choices.length} choices`);
    return {
      sequences: item.choices.map((choice) => join(tokenizer.endOfText, context, tokenizer.encode(choice))),
      gold: item.gold,
      answerStart,
      scoredStart: score === "full" ? 1 : answerStart,
      scoredBytes: goldBytes + (score === "full" ? utf8Length(item.context) : 0),
      answerBytes,
      ...(item.group === undefined ? {} : { group: item.group }),
    };
  });
}

function join(endOfText: number, context: Tokens, answer: Tokens): Tokens {
  const sequence = new Uint32Array(1 + context.length + answer.length);
  sequence[0] = endOfText;
  sequence.set(context, 1);
  sequence.set(answer, 1 + context.length);
  return sequence;
}
