import type { Tokens } from "../tokens.js";

/**
 * What a target is made of, before and after tokenisation. Readers make items, `encodeItems` makes encoded items,
 * the evaluation scores encoded items.
 *
 * The objective of a target is bits per byte: the sum of −log2 p over the scored tokens of the gold sequence of every
 * item, divided by the sum of `scoredBytes`. For a multiple-choice target the nll of every choice's answer gives
 * accuracy and normalised choice probability beside it.
 */

/** `text`: whole text scored. `question-answer`: one right answer. `multiple-choice`: several, one of them right. */
export type TargetKind = "text" | "multiple-choice" | "question-answer";

/** One question, or one passage of text. `context + choices[c]` reads as one text: a choice starts with its separator. */
export interface Item {
  /** What is given; empty for `text`. */
  readonly context: string;
  /** The possible continuations: one for `text` and `question-answer`, two or more for `multiple-choice`. */
  readonly choices: readonly string[];
  /** Index of the right choice. */
  readonly gold: number;
  /** Part of the benchmark that the item belongs to (an MMLU subject, a MATH category). */
  readonly group?: string;
}

/** Which text of a question counts in bits per byte: the answer alone, or question and answer. `text` is always full. */
export type Score = "answer" | "full";

/** An item as token ids. */
export interface EncodedItem {
  /**
   * One sequence per choice: end-of-text, context tokens, answer tokens. The leading end-of-text is what a proxy sees
   * before every document; it is never scored. All sequences agree before `answerStart`.
   */
  readonly sequences: readonly Tokens[];
  /** Index of the right sequence. */
  readonly gold: number;
  /** Position of the first answer token in every sequence (≥ 1). Position t is predicted from the tokens before t. */
  readonly answerStart: number;
  /** First position that counts for the objective in the gold sequence: 1 for "full", `answerStart` for "answer". */
  readonly scoredStart: number;
  /** UTF-8 bytes of the scored text of the gold sequence: the item's share of the denominator of bits per byte. */
  readonly scoredBytes: number;
  /** UTF-8 bytes of each choice's answer, for length-normalised accuracy. */
  readonly answerBytes: readonly number[];
  /** See Item. */
  readonly group?: string;
}

/** A target ready to be scored. */
export interface EncodedTarget {
  readonly name: string;
  readonly kind: TargetKind;
  readonly items: readonly EncodedItem[];
  /** Sum of the items' `scoredBytes`. */
  readonly scoredBytes: number;
}
