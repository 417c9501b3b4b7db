/** What a tokenizer.json says of its ids. */
export interface Vocabulary {
  /** All ids are below this. */
  vocabulary: number;
  /** Id of the token that ends a document. */
  endOfText: number;
}

/** Names of the token that ends a document, in the order in which they are looked for. */
const END_OF_TEXT_NAMES = [
  "<|endoftext|>",
  "<|end_of_text|>",
  "</s>",
  "<eos>",
  "<|eos|>",
  "<|endofdocument|>",
  "[EOS]",
  "<|im_end|>",
  "[SEP]",
];
/** As many as the largest published vocabularies have. */
const MAX_ENTRIES = 2 ** 20;

const MODELS = ["BPE", "Unigram", "WordPiece"];

/**
 * The size of the vocabulary and the end of text of a parsed Hugging Face tokenizer.json.
 * @param endOfText content of the token that ends a document; empty: the first well-known one
 * @throws RangeError saying what is missing, or why such a tokenizer cannot be used
 */
export function vocabularyOf(json: unknown, endOfText = ""): Vocabulary {
  const { model, added_tokens: added } = (json ?? {}) as {
    model?: { type?: string; vocab?: Record<string, number> | [string, number][] };
    added_tokens?: { id: number; content: string }[] | null;
  };
  // Old files do not name the type of BPE.
  const type = model?.type ?? (model && "merges" in model ? "BPE" : undefined);
  if (!model?.vocab || !MODELS.includes(type ?? "")) {
    throw new RangeError(`model.type: found ${type ?? "nothing"}, expected ${MODELS.join(", ")}, with a vocab`);
  }
  // Unigram lists its pieces with their scores; the others name the ids.
  const { vocab } = model;
  const own = Array.isArray(vocab) ? vocab.map(([piece], id): [string, number] => [piece, id]) : Object.entries(vocab);
  const ids = new Map([...own, ...(added ?? []).map(({ content, id }): [string, number] => [content, id])]);
  let most = -1;
  for (const id of ids.values()) most = Math.max(most, id);
  if (most >= MAX_ENTRIES) {
    throw new RangeError(`the vocabulary has ${most + 1} entries, expected at most ${MAX_ENTRIES}`);
  }
  const names = endOfText === "" ? END_OF_TEXT_NAMES : [endOfText];
  const end = names.find((name) => ids.has(name));
  if (end === undefined) {
    const special = (added ?? [])
      .map(({ content }) => content)
      .slice(0, 8)
      .join(" ");
    const expected = endOfText === "" ? "one of them, or its content in end_of_text" : "that token";
    throw new RangeError(
      `there is no ${names.join(", ")}; expected ${expected}. Its added tokens are: ${special || "none"}`,
    );
  }
  return { vocabulary: most + 1, endOfText: ids.get(end) as number };
}
