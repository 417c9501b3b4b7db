import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { COPY_OVERLAP, overlap, SIGNATURE_BYTES, sketch } from "./shingles.js";

const sketchOf = (text: string) => {
  const into = new Uint8Array(SIGNATURE_BYTES);
  sketch(text, into);
  return into;
};
const shared = (a: string, b: string) => overlap(sketchOf(a), sketchOf(b));

function exactly(a: readonly string[], b: readonly string[]): number {
  const triples = (words: readonly string[]) =>
    new Set(words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`));
  const [one, other] = [triples(a), triples(b)];
  const both = [...one].filter((triple) => other.has(triple)).length;
  return both / (one.size + other.size - both);
}

/** Words of a small vocabulary, the frequent ones first, so that all texts have the same ones. */
function words(seed: string, count: number, letters = "abcdefghijklmnopqrstuvwxyz"): string[] {
  const random = seeded(seed);
  const made = seeded("vocabulary");
  const alphabet = [...letters];
  const letter = () => alphabet[made.int(alphabet.length)] as string;
  const vocabulary = Array.from({ length: 60 }, () => letter() + letter() + letter() + letter());
  return Array.from({ length: count }, () => vocabulary[Math.floor(60 * random.float() ** 2)] as string);
}

/** The words with this share of them replaced. */
function edited(text: readonly string[], share: number, seed: string): string[] {
  const random = seeded(seed).child("edits");
  return text.map((word) => (random.float() < share ? `${word}x` : word));
}

describe("the overlap of shingles", () => {
  it("is the Jaccard index of runs of three words to within four standard deviations of 128 bins", () => {
    for (let i = 0; i < 40; i++) {
      const text = words(`text ${i}`, 400);
      const copy = edited(text, 0.01 * i, `copy ${i}`);
      const exact = exactly(text, copy);
      const deviation = Math.sqrt((exact * (1 - exact)) / SIGNATURE_BYTES);
      expect(Math.abs(shared(text.join(" "), copy.join(" ")) - exact), `${i}`).toBeLessThan(4 * deviation + 0.02);
    }
  });

  it("tells planted copies from texts of the same words, in letters with spaces and without", () => {
    for (const [letters, space] of [
      ["abcdefghijklmnop", " "],
      ["กขคงจฉชซ", " "],
      ["山水火木金土日月人口", "、"],
    ] as const) {
      let [right, wrong, missed] = [0, 0, 0];
      for (let i = 0; i < 100; i++) {
        const text = words(`${i}`, 200, letters);
        if (shared(text.join(space), edited(text, 0.05, `${i}`).join(space)) >= COPY_OVERLAP) right++;
        else missed++;
        // The same words in another order: the same counts, so the same lexical vector.
        if (
          shared(
            text.join(space),
            seeded(i)
              .shuffle([...text])
              .join(space),
          ) >= COPY_OVERLAP
        )
          wrong++;
      }
      expect({ right, wrong, missed }, letters).toEqual({ right: 100, wrong: 0, missed: 0 });
    }
  });

  it("is 1 for equal texts, however short, and 0 for short ones that differ", () => {
    for (const text of ["", "one", "one two", "one two three", "ก"]) expect(shared(text, text)).toBe(1);
    expect(shared("one two", "one three")).toBe(0);
    expect(shared("", "one")).toBe(0);
  });
});
