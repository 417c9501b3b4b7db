import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "@climb/numeric";

const TOPICS: Record<string, string[]> = {
  sea: "harbour sailor tide ship captain anchor wave storm island fish net rope mast lighthouse reef gull".split(" "),
  kitchen: "flour butter oven sugar recipe bowl whisk dough salt onion garlic simmer bake plate spoon cream".split(" "),
  law: "court statute judge appeal clause contract tenant liability evidence hearing section party claim order".split(
    " ",
  ),
  stars: "orbit planet telescope galaxy comet lunar eclipse gravity nebula asteroid cosmic spectrum stellar dust".split(
    " ",
  ),
};
const GLUE = "the a of and to in with for from that was is it on by this".split(" ");

/** Writes texts of four topics (sea, kitchen, law, stars): a corpus, and a target on each topic that has a path. */
export function writeTopics({ corpus, targets }: { corpus: string; targets: Record<string, string> }): void {
  const random = seeded("small search");
  const sentence = (words: string[]) => {
    const picked = Array.from({ length: 8 + random.int(8) }, (_, i) =>
      i % 2 ? words[random.int(words.length)] : GLUE[random.int(GLUE.length)],
    );
    const text = picked.join(" ");
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
  const paragraph = (words: string[], sentences: number) =>
    Array.from({ length: sentences }, () => sentence(words)).join(" ");
  const topics = Object.keys(TOPICS);
  const documents = Array.from({ length: 480 }, (_, i) => {
    const topic = topics[i % topics.length] as string;
    return JSON.stringify({
      id: `doc-${i}`,
      topic,
      text: `${paragraph(TOPICS[topic] ?? [], 6)}\n\n${paragraph(TOPICS[topic] ?? [], 6)}`,
    });
  });
  writeFileSync(corpus, `${documents.join("\n")}\n`);
  for (const [topic, path] of Object.entries(targets)) {
    const items = Array.from({ length: 20 }, () => JSON.stringify({ text: paragraph(TOPICS[topic] ?? [], 5) }));
    writeFileSync(path, `${items.join("\n")}\n`);
  }
}

/** Writes a corpus of four topics and a target on one of them; returns the path of its SEARCH.yaml. */
export function writeSmallSearch(folder: string, tokensPerRun: number): string {
  mkdirSync(folder, { recursive: true });
  writeTopics({ corpus: join(folder, "corpus.jsonl"), targets: { sea: join(folder, "target.jsonl") } });
  const yaml = [
    "name: small",
    "corpus: corpus.jsonl",
    "domains: {clusters: 8, count: 4, minQuality: 0}",
    "targets: [{name: sea, paths: target.jsonl}]",
    "proxy: nano",
    "vocabulary: 512",
    `budget: {rounds: [4, 2], tokensPerRun: ${tokensPerRun}, confirmationSeeds: 2, confirmedMixtures: 1}`,
    "seed: 3",
  ];
  const path = join(folder, "search.yaml");
  writeFileSync(path, `${yaml.join("\n")}\n`);
  return path;
}
