interface TokenizerJson {
  added_tokens: { id: number }[];
  model: { vocab: Record<string, number> | [string, number][]; unk_id?: number };
}

/**
 * A parsed tokenizer.json with so many further entries before its own, which no text has: each id is greater by their number.
 * So a small file stands for a vocabulary that needs more than 16 bits.
 */
export function wideTokenizer<Json extends TokenizerJson>(json: Json, entries: number): Json {
  const fillers = Array.from({ length: entries }, (_, i) => `\u{10fffd}${i}`);
  const { added_tokens, model } = json;
  const { vocab, unk_id } = model;
  const wide = Array.isArray(vocab)
    ? { vocab: [...fillers.map((text) => [text, -50]), ...vocab], unk_id: (unk_id ?? 0) + entries }
    : {
        vocab: Object.fromEntries([
          ...fillers.map((text, id) => [text, id]),
          ...Object.entries(vocab).map(([text, id]) => [text, id + entries]),
        ]),
      };
  return {
    ...json,
    added_tokens: added_tokens.map((token) => ({ ...token, id: token.id + entries })),
    model: { ...model, ...wide },
  };
}
