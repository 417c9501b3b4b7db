// Makes the tables of docs/scale.md from measured rates: `node scripts/scale.mjs`. The rates are what `climb bench replicas`
// and `climb bench scale` printed, kept in test/bench/results.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (name) => JSON.parse(readFileSync(`${root}test/bench/results/${name}.json`, "utf8"));
const [replicas, scale] = [read("replicas"), read("scale")];

const DOCUMENTS = [1e7, 1e9, 1e10];
const WORKERS = [1, 10, 100, 500];
/** Documents of the corpus that the rates were measured on, in all its copies. */
const MEASURED_DOCUMENTS = replicas.documents;
const BYTES_PER_DOCUMENT = replicas.corpusBytes / MEASURED_DOCUMENTS;
/** Text of a shard. */
const SHARD_BYTES = 2 ** 25;

const STEPS = {
  read: "reading and normalising",
  fit: "counting terms",
  vectors: "vectors (lexical)",
  survey: "quality and terms",
  tokens: "tokens",
  statistics: "statistics of targets",
  duplicates: "near-duplicates, where asked for",
  dataset: "the data set",
};

const hours = (seconds) => {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};
const size = (bytes) => {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const i = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** i).toPrecision(3)} ${units[i]}`;
};
const count = (value) => value.toLocaleString("en-GB");
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Seconds of a step: its shards in parallel, beside what each of them costs the broker, and the parent's merge. */
function stepSeconds(step, documents, workers) {
  const shards = Math.ceil((documents * BYTES_PER_DOCUMENT) / SHARD_BYTES);
  const work = (replicas.steps[step].one * documents) / MEASURED_DOCUMENTS / Math.min(workers, shards);
  const queue = (shards * scale.nats.perShardUs) / 1e6;
  const merge = (scale.nats.mergeSeconds * shards) / scale.nats.shards;
  return Math.max(work, queue) + merge;
}

const timeTables = DOCUMENTS.map((documents) => {
  const rows = Object.entries(STEPS).map(([step, title]) => [
    title,
    ...WORKERS.map((workers) => hours(stepSeconds(step, documents, workers))),
  ]);
  const total = WORKERS.map((workers) =>
    hours(Object.keys(STEPS).reduce((sum, step) => sum + stepSeconds(step, documents, workers), 0)),
  );
  return `### ${count(documents)} documents (${size(documents * BYTES_PER_DOCUMENT)})\n\n${table(
    ["step", ...WORKERS.map((workers) => `${count(workers)} worker${workers > 1 ? "s" : ""}`)],
    [...rows, ["**all**", ...total.map((text) => `**${text}**`)]],
  )}`;
}).join("\n\n");

const bounds = table(
  ["", ...DOCUMENTS.map(count)],
  [
    ["text", ...DOCUMENTS.map((n) => size(n * BYTES_PER_DOCUMENT))],
    ["shards", ...DOCUMENTS.map((n) => count(Math.ceil((n * BYTES_PER_DOCUMENT) / SHARD_BYTES)))],
    ["broker and parent of a step", ...DOCUMENTS.map((n) => hours(stepSeconds("read", n, 1e9)))],
    [
      "memory of a step's parent",
      ...DOCUMENTS.map((n) =>
        size((1e6 * scale.nats.memoryMb * Math.ceil((n * BYTES_PER_DOCUMENT) / SHARD_BYTES)) / scale.nats.shards),
      ),
    ],
    [
      "manifest",
      ...DOCUMENTS.map((n) =>
        size((1e6 * scale.nats.manifestMb * Math.ceil((n * BYTES_PER_DOCUMENT) / SHARD_BYTES)) / scale.nats.shards),
      ),
    ],
  ],
);

const path = `${root}docs/scale.md`;
const [before, after] = [
  /<!-- tables -->[\s\S]*<!-- end -->/,
  `<!-- tables -->\n\n${bounds}\n\n${timeTables}\n\n<!-- end -->`,
];
writeFileSync(path, readFileSync(path, "utf8").replace(before, after));
