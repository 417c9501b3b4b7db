/** The model of a WordPiece tokenizer.json. */
export interface WordPieceModel {
  readonly vocab: Readonly<Record<string, number>>;
  readonly unk_token?: string;
  readonly continuing_subword_prefix?: string;
  readonly max_input_chars_per_word?: number;
}

/**
 * The longest piece that a word begins with, and so on (Wu et al. 2016, arXiv 1609.08144, as BERT has it); a word of which any
 * part is in no piece, or that is too long, is one unknown token.
 * @throws RangeError without an unknown token
 */
export function wordPiece(model: WordPieceModel): (word: string) => number[] {
  const { unk_token = "[UNK]", continuing_subword_prefix: prefix = "##", max_input_chars_per_word: most = 100 } = model;
  const ids = new Map(Object.entries(model.vocab));
  const unknown = ids.get(unk_token);
  if (unknown === undefined) throw new RangeError(`model.unk_token: ${unk_token} is not in model.vocab`);
  return (word) => {
    const characters = [...word];
    if (characters.length > most) return [unknown];
    const found: number[] = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = ids.get((start > 0 ? prefix : "") + characters.slice(start, end).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      start = end;
    }
    return found;
  };
}
