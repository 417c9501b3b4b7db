// A corpus of four topics and a target on one of them, the same bytes in the examples of all languages.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GLUE = words("the a of and to in with for from that was is it on by this");
const TOPICS = [
  words("harbour sailor tide ship captain anchor wave storm island fish net rope mast lighthouse reef gull"),
  words("flour butter oven sugar recipe bowl whisk dough salt onion garlic simmer bake plate spoon cream"),
  words("court statute judge appeal clause contract tenant liability evidence hearing section party claim order"),
  words("orbit planet telescope galaxy comet lunar eclipse gravity nebula asteroid cosmic spectrum stellar dust"),
];

/** Writes corpus.jsonl (480 documents) and target.jsonl (20 items) into a folder; returns their paths. */
export function writeSmallCorpus(folder) {
  const pick = picker(3);
  const sentence = (topic) => {
    const picked = Array.from({ length: 8 + pick(8) }, (_, i) =>
      i % 2 ? topic[pick(topic.length)] : GLUE[pick(GLUE.length)],
    );
    return `${picked.join(" ")}.`;
  };
  const paragraph = (topic, sentences) => Array.from({ length: sentences }, () => sentence(topic)).join(" ");
  const lines = (count, line) => Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");
  mkdirSync(folder, { recursive: true });
  const [corpus, target] = [join(folder, "corpus.jsonl"), join(folder, "target.jsonl")];
  writeFileSync(
    corpus,
    lines(480, (i) => `{"id":"doc-${i}","text":"${paragraph(TOPICS[i % 4], 12)}"}`),
  );
  writeFileSync(
    target,
    lines(20, () => `{"text":"${paragraph(TOPICS[0], 5)}"}`),
  );
  return { corpus, target };
}

/** Whole numbers below a bound, by Park and Miller's generator. */
function picker(seed) {
  let state = seed;
  return (below) => {
    state = (state * 16807) % 2147483647;
    return state % below;
  };
}

function words(text) {
  return text.split(" ");
}
