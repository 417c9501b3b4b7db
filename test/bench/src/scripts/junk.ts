import { seeded } from "@climb/numeric";

/** What no model should learn from, made of a good text so that it has its letters. */
export const junkKinds: Readonly<Record<string, (text: string, seed: string) => string>> = {
  /** Every letter, with its marks, in the place of another: spaces and punctuation stay. */
  letters(text, seed) {
    const letters = seeded(seed).shuffle(text.match(/[\p{L}\p{M}]/gu) ?? []);
    let next = 0;
    return text.replace(/[\p{L}\p{M}]/gu, () => letters[next++] as string);
  },
  /** All characters in random order, spaces among them. */
  characters: (text, seed) =>
    seeded(seed)
      .shuffle([...text])
      .join(""),
  /** The first paragraph a dozen times in a line. */
  paragraph: (text) => new Array<string>(12).fill(text.split("\n")[0] ?? "").join(" "),
  /** A few words over and over. */
  phrase: (text) => new Array<string>(60).fill([...text].slice(0, 12).join("")).join(" "),
};
