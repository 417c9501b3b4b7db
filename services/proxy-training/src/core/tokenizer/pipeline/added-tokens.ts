import { WHITE_SPACE, WORD } from "./characters.js";
import type { Normalizer } from "./normalizers.js";

/** A token of tokenizer.json that is looked for in the text itself. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly special?: boolean;
  readonly normalized?: boolean;
}

/** A text between added tokens, or the id of one. */
export type Section = string | number;

/** Cuts added tokens out of a text: of those that begin at a place the longest. */
export type TokenFinder = (text: string) => Section[];

/** Finds these tokens, in raw texts as they are written, or in normalised ones as they are normalised. */
export function tokenFinder(tokens: readonly AddedToken[], normalizer: Normalizer = (text) => text): TokenFinder {
  const byText = new Map(tokens.map((token) => [normalizer(token.content), token]));
  byText.delete("");
  if (byText.size === 0) return (text) => (text === "" ? [] : [text]);
  const contents = [...byText.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|"), "gu");
  return (text) => {
    const sections: Section[] = [];
    let at = 0;
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const token = byText.get(match) as AddedToken;
      let [start, end] = [index, index + match.length];
      // What a token before has taken with it, white space, is no longer there.
      if (start < at) continue;
      if (token.single_word && (ENDS_IN_WORD.test(text.slice(0, start)) || BEGINS_WITH_WORD.test(text.slice(end))))
        continue;
      if (token.lstrip) start = Math.max(at, text.slice(0, start).replace(SPACE_AT_END, "").length);
      if (token.rstrip) end = text.length - text.slice(end).replace(SPACE_AT_START, "").length;
      if (start > at) sections.push(text.slice(at, start));
      sections.push(token.id);
      at = end;
    }
    if (at < text.length) sections.push(text.slice(at));
    return sections;
  };
}

const ENDS_IN_WORD = new RegExp(`${WORD}$`, "u");
const BEGINS_WITH_WORD = new RegExp(`^${WORD}`, "u");
const SPACE_AT_END = new RegExp(`${WHITE_SPACE}+$`, "u");
const SPACE_AT_START = new RegExp(`^${WHITE_SPACE}+`, "u");
