/** A part of tokenizer.json: a normalizer, a pre-tokenizer, a model. */
export interface Part {
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** What a pattern matches of a text: a string or a regular expression of tokenizer.json. */
export interface Pattern {
  readonly String?: string;
  readonly Regex?: string;
}

/**
 * A pattern as a global regular expression of JavaScript. The Rust library reads Oniguruma's; what the two read differently
 * (\w, \d, \s and their like, beyond ASCII) is refused, so that ids never differ in silence.
 * @throws RangeError naming the pattern
 */
export function expressionOf(pattern: Pattern | undefined): RegExp {
  if (pattern?.String !== undefined) return new RegExp(pattern.String.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu");
  const source = pattern?.Regex;
  if (source === undefined) throw new RangeError(`a pattern is ${JSON.stringify(pattern)}, expected String or Regex`);
  if (/\\[dDwWbBhHRXKGAzZ]|\\S|\[\[|\[\^?:|&&|\(\?[a-z-]+[:)]|[*+?}]\+/.test(source)) {
    throw new RangeError(`the pattern ${source} has signs that JavaScript reads differently`);
  }
  try {
    return new RegExp(source.replaceAll("\\s", "\\p{White_Space}"), "gu");
  } catch (error) {
    throw new RangeError(`the pattern ${source} cannot be read: ${(error as Error).message}`);
  }
}
