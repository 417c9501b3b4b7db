/** What is needed of a tokenizer: that of @huggingface/tokenizers fits. */
export interface TextTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
}

export interface TokenReader {
  /** The ids of a text with the tokenizer's special tokens, at most `maxTokens` of them. */
  read(text: string): Int32Array;
  /** Special tokens before the text. */
  readonly leading: number;
}

/** No tokenizer makes longer tokens on average; reading on would only cost time. */
const MOST_CHARACTERS_PER_TOKEN = 64;

/**
 * Ids as the model was trained on: too long a text loses its end but never its special tokens.
 * @throws RangeError if maxTokens leaves no room for text
 */
export function createTokenReader(tokenizer: TextTokenizer, maxTokens: number): TokenReader {
  const bare = tokenizer.encode("a", { add_special_tokens: false }).ids;
  const dressed = tokenizer.encode("a", { add_special_tokens: true }).ids;
  const special = dressed.length - bare.length;
  let leading = 0;
  while (leading < special && !bare.every((id, i) => dressed[leading + i] === id)) leading++;
  const trailing = special - leading;
  const room = maxTokens - special;
  if (room < 1) throw new RangeError(`${maxTokens} tokens leave no room for text beside ${special} special tokens`);
  return {
    leading,
    read(text) {
      const start = cut(text, maxTokens * MOST_CHARACTERS_PER_TOKEN);
      const { ids } = tokenizer.encode(start, { add_special_tokens: true });
      if (ids.length <= maxTokens) return Int32Array.from(ids);
      return Int32Array.from([...ids.slice(0, leading + room), ...ids.slice(ids.length - trailing)]);
    },
  };
}

/** The beginning of a text, not ending in half a surrogate pair. */
function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const last = text.charCodeAt(characters - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? characters - 1 : characters);
}
