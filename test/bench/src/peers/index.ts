import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CommandError } from "@climb/cli/errors";
import type { BenchOptions } from "../options.js";
import { measureWatchers } from "../state/watchers.js";
import { measureDataset, type Stored } from "./dataset.js";
import { measureGetSearch } from "./get-search.js";
import { measureLexical } from "./lexical.js";
import { measureCandidates, measureFit } from "./predictor.js";
import { openPython, type Python } from "./python.js";
import { measureJsonl, measureParquet } from "./reading.js";
import { measureSurvey } from "./survey.js";

/** What the parts work on. */
interface Material {
  /** Two packed shards, about 13,000 documents of the corpus. */
  shards: string[];
  /** The first shard as plain JSON lines, and its documents. */
  lines: string;
  documents: Stored[];
  folder: string;
  logLevel: string;
  python: Python;
}

const PARTS: Record<string, (material: Material) => Promise<unknown>> = {
  lexical: ({ shards, folder, logLevel, python }) => measureLexical(shards, folder, logLevel, python),
  survey: async ({ documents }) => measureSurvey(documents.map(({ text }) => text)),
  jsonl: ({ lines, python }) => measureJsonl(lines, python),
  parquet: ({ lines, folder, python }) => measureParquet(lines, folder, python),
  dataset: ({ documents, lines, folder, python }) => measureDataset(documents, lines, folder, python),
  candidatesPerSecond: measureCandidates,
  fit100x512Seconds: measureFit,
  getSearch34: ({ folder }) => measureGetSearch(join(folder, "runs-34"), 34),
  getSearch5000: ({ folder }) => measureGetSearch(join(folder, "runs-5000"), 5000),
  watch1000: async ({ folder }) => ({ cores: (await measureWatchers(join(folder, "watch"))).watch1000.cpuShare }),
};

/**
 * The steps that cost time beside the best libraries for the same work, both sides in turn on this machine. `ratio` is the
 * peer's seconds over ours. A peer that is not installed is named, and its ratio is null.
 */
export async function benchPeers(options: BenchOptions): Promise<Record<string, unknown>> {
  const corpus = resolve(options.corpus ?? "../shared/corpus");
  if (!existsSync(corpus))
    throw new CommandError(`${corpus} does not exist; give --corpus, a folder of *.jsonl.gz shards`);
  const wanted = options.parts?.split(",") ?? Object.keys(PARTS);
  for (const name of wanted) {
    if (!(name in PARTS))
      throw new CommandError(`there is no part "${name}"; there are: ${Object.keys(PARTS).join(", ")}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "climb-bench-peers-"));
  try {
    const names = (await readdir(corpus)).filter((name) => name.endsWith(".jsonl.gz")).sort();
    if (names.length < 2)
      throw new CommandError(`${corpus} has ${names.length} shards *.jsonl.gz, expected at least 2`);
    const shards = names.slice(0, 2).map((name) => join(corpus, name));
    const plain = await promisify(gunzip)(await readFile(shards[0] as string));
    const lines = join(folder, "documents.jsonl");
    await writeFile(lines, plain);
    const documents = plain
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Stored);
    const { logLevel } = options;
    const material = { shards, lines, documents, folder, logLevel, python: openPython(options.python ?? "python3") };
    const figures: Record<string, unknown> = {};
    for (const name of wanted) {
      process.stderr.write(`${name}\n`);
      figures[name] = await PARTS[name]?.(material);
    }
    return { bench: "peers", ...figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
