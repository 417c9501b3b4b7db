import { PUNCTUATION, WHITE_SPACE, WORD } from "./characters.js";
import { expressionOf, type Part, type Pattern } from "./parts.js";

/** A stretch of a normalised text. */
export interface Stretch {
  readonly text: string;
  /** Whether the text begins with it. */
  readonly first: boolean;
}

/** Cuts a stretch into those that the model sees. */
export type PreTokenizer = (stretch: Stretch) => Stretch[];

/** A pre-tokenizer of tokenizer.json as a function. @throws RangeError naming a kind that is not known here */
export function preTokenizerOf(part: Part | null | undefined): PreTokenizer {
  if (!part) return (stretch) => [stretch];
  switch (part.type) {
    case "Sequence": {
      const steps = ((part.pretokenizers ?? []) as Part[]).map(preTokenizerOf);
      return (stretch) => steps.reduce((stretches, step) => stretches.flatMap(step), [stretch]);
    }
    case "Metaspace":
      return metaspace(part);
    case "WhitespaceSplit":
      return splitting(new RegExp(WHITE_SPACE, "gu"), "Removed");
    case "Whitespace":
      return splitting(new RegExp(`${WORD}+|(?:(?!${WORD})[^${WHITE_SPACE}])+`, "gu"), "Removed", true);
    case "BertPreTokenizer": {
      const [spaces, marks] = [new RegExp(WHITE_SPACE, "gu"), new RegExp(PUNCTUATION, "gu")];
      const steps = [splitting(spaces, "Removed"), splitting(marks, "Isolated")];
      return (stretch) => steps.reduce((stretches, step) => stretches.flatMap(step), [stretch]);
    }
    case "Punctuation":
      return splitting(new RegExp(PUNCTUATION, "gu"), (part.behavior as Behavior | undefined) ?? "Isolated");
    case "Digits":
      return splitting(/\p{N}/gu, part.individual_digits ? "Isolated" : "Contiguous");
    case "Split": {
      const inverted = part.invert === true;
      return splitting(
        expressionOf(part.pattern as Pattern),
        (part.behavior as Behavior | undefined) ?? "Removed",
        inverted,
      );
    }
    default:
      throw new RangeError(`pre_tokenizer.type: ${part.type} is not known here`);
  }
}

/** What becomes of the matches of a pattern. */
type Behavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

/** SentencePiece's mark for spaces: it replaces them, stands before the text, and begins each word. */
function metaspace(part: Part): PreTokenizer {
  const mark = String(part.replacement ?? "▁");
  const scheme = part.add_prefix_space === false ? "never" : ((part.prepend_scheme as string | undefined) ?? "always");
  const split = part.split === false ? undefined : splitting(expressionOf({ String: mark }), "MergedWithNext");
  return ({ text, first }) => {
    const marked = text.replaceAll(" ", mark);
    const isMissing = (scheme === "always" || (scheme === "first" && first)) && !marked.startsWith(mark);
    const whole = { text: isMissing ? mark + marked : marked, first };
    return split ? split(whole) : [whole];
  };
}

function splitting(pattern: RegExp, behavior: Behavior, inverted = false): PreTokenizer {
  return ({ text, first }) => {
    let at = 0;
    const found: Stretch[] = [];
    for (const piece of join(matchesOf(text, pattern, inverted), behavior)) {
      if (piece.text !== "" && !(piece.isMatch && behavior === "Removed")) {
        found.push({ text: piece.text, first: first && at === 0 });
      }
      at += piece.text.length;
    }
    return found;
  };
}

interface Piece {
  text: string;
  isMatch: boolean;
}

function matchesOf(text: string, pattern: RegExp, inverted: boolean): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > at) pieces.push({ text: text.slice(at, index), isMatch: inverted });
    if (match !== "") pieces.push({ text: match, isMatch: !inverted });
    at = index + match.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: inverted });
  return pieces;
}

/** Puts matches together with what stands beside them: of several in a row one, the nearest. */
function join(pieces: readonly Piece[], behavior: Behavior): Piece[] {
  if (behavior === "MergedWithPrevious") return merged(pieces, (last, text) => last + text);
  if (behavior === "MergedWithNext") return merged(pieces.toReversed(), (last, text) => text + last).reverse();
  if (behavior !== "Contiguous") return [...pieces];
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.isMatch === piece.isMatch) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}

function merged(pieces: readonly Piece[], put: (last: string, text: string) => string): Piece[] {
  const joined: Piece[] = [];
  let afterMatch = false;
  for (const { text, isMatch } of pieces) {
    const last = joined.at(-1);
    if (isMatch && !afterMatch && last) last.text = put(last.text, text);
    else joined.push({ text, isMatch: false });
    afterMatch = isMatch;
  }
  return joined;
}
