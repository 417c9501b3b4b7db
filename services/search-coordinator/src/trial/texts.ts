import { seeded } from "@climb/numeric";

const TOPICS = ["sea", "kitchen", "law", "stars"];
const [WORDS, DOCUMENTS, ITEMS] = [24, 400, 16];
const SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ka le mi no tu ra".split(" ");
const GLUE = "the a of and to in with for from that was is it on by this".split(" ");

/** Texts on four topics in words of their own, as JSON lines: a corpus, and a target on the first topic. */
export function trialTexts(): { corpus: string; target: string } {
  const random = seeded("trial");
  const pick = (from: readonly string[]) => from[random.int(from.length)] as string;
  const word = () => Array.from({ length: 2 + random.int(2) }, () => pick(SYLLABLES)).join("");
  const words = TOPICS.map(() => Array.from({ length: WORDS }, word));
  const sentence = (topic: number) => {
    const said = Array.from({ length: 6 + random.int(8) }, (_, i) => pick(i % 2 ? (words[topic] as string[]) : GLUE));
    return `${said.join(" ")}.`;
  };
  const text = (topic: number, sentences: number) => Array.from({ length: sentences }, () => sentence(topic)).join(" ");
  const lines = (count: number, of: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => `${JSON.stringify(of(i))}\n`).join("");
  return {
    corpus: lines(DOCUMENTS, (i) => ({ id: `${TOPICS[i % TOPICS.length]}-${i}`, text: text(i % TOPICS.length, 12) })),
    target: lines(ITEMS, () => ({ text: text(0, 5) })),
  };
}
