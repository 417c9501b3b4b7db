import { seeded } from "@climb/numeric";

const [TOPICS, COMMON_WORDS, TOPIC_WORDS] = [40, 2000, 400];
const SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu ra re ri ro ru".split(
  " ",
);

/** Every word that a generated document may hold. */
export function generatedWords(): string[] {
  return Array.from({ length: COMMON_WORDS + TOPICS * TOPIC_WORDS }, (_, i) => wordOf(i));
}

/**
 * Texts like a web corpus's in what costs time: lengths are log-normal (median 120 words), words follow Zipf's law, and half
 * of them belong to one of 40 topics. The same count and seed give the same texts; text i does not depend on the count.
 */
export function* generatedTexts(count: number, seed: number): Generator<string> {
  const words = generatedWords();
  const random = seeded(seed).child("generated corpus");
  // The inverse of the distribution function of a density 1/x over 1 … n: Zipf's law with exponent one.
  const rank = (n: number) => Math.min(n - 1, Math.floor(Math.exp(random.float() * Math.log(n + 1)) - 1));
  for (let i = 0; i < count; i++) {
    const topic = random.int(TOPICS);
    const length = Math.min(4000, Math.max(5, Math.round(120 * Math.exp(0.8 * random.normal()))));
    const chosen: string[] = [];
    for (let w = 0; w < length; w++) {
      const index = random.float() < 0.5 ? rank(COMMON_WORDS) : COMMON_WORDS + topic * TOPIC_WORDS + rank(TOPIC_WORDS);
      chosen.push(words[index] as string);
    }
    yield chosen.join(" ");
  }
}

/** The generated texts as JSON lines, in pieces of about a megabyte. */
export function* generatedJsonl(count: number, seed: number): Generator<string> {
  let piece = "";
  let i = 0;
  for (const text of generatedTexts(count, seed)) {
    piece += `${JSON.stringify({ id: `g${i++}`, text })}\n`;
    if (piece.length > 1_000_000) {
      yield piece;
      piece = "";
    }
  }
  if (piece) yield piece;
}

/** A different word for each index: its digits in base 30 as syllables, at least two. */
function wordOf(index: number): string {
  const base = SYLLABLES.length;
  let word = "";
  for (let rest = index + base; rest > 0; rest = Math.floor(rest / base)) word += SYLLABLES[rest % base];
  return word;
}
