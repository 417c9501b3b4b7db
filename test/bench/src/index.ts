import type { Benchmarks } from "@climb/cli/commands/bench";
import { CommandError } from "@climb/cli/errors";
import { Command } from "commander";
import { benchDomains } from "./domains.js";
import { benchDoor } from "./door/index.js";
import { benchEmbedding } from "./embedding/index.js";
import { benchFeatures } from "./features/index.js";
import { benchFuzz } from "./fuzz/index.js";
import { benchKMeans } from "./kmeans/index.js";
import type { BenchOptions } from "./options.js";
import { benchPeers } from "./peers/index.js";
import { benchPredictor } from "./predictor/index.js";
import { benchPropose } from "./propose/index.js";
import { benchReplicas } from "./replicas/index.js";
import { benchRpc } from "./rpc/index.js";
import { benchScale } from "./scale/index.js";
import { benchScripts } from "./scripts/index.js";
import { benchSearch } from "./search/index.js";
import { benchState } from "./state/index.js";
import { benchTelemetry } from "./telemetry/index.js";
import { benchTraining } from "./training/index.js";

const BENCHMARKS: Record<string, (options: BenchOptions) => Promise<Record<string, unknown>>> = {
  domains: benchDomains,
  door: benchDoor,
  embedding: benchEmbedding,
  features: benchFeatures,
  fuzz: benchFuzz,
  kmeans: benchKMeans,
  peers: benchPeers,
  predictor: benchPredictor,
  propose: benchPropose,
  replicas: benchReplicas,
  rpc: benchRpc,
  scale: benchScale,
  scripts: benchScripts,
  search: benchSearch,
  state: benchState,
  telemetry: benchTelemetry,
  training: benchTraining,
};
const NAMES = Object.keys(BENCHMARKS).join(", ");

/** `climb bench`, from its arguments on: runs one benchmark; the last line that it prints is one JSON object. */
export const runBenchmark: Benchmarks["runBenchmark"] = async (args, surroundings) => {
  const command = new Command("climb bench")
    .argument("<name>", `one of: ${NAMES}`)
    .description("Measure a part of Climb; with --json the last line is one JSON object.")
    .option(
      "--corpus <dir>",
      "domains, features, peers, search: a folder of *.jsonl.gz shards; domains needs labels.tsv.gz and sources.tsv (default ../shared/corpus)",
    )
    .option(
      "--data <path>",
      "kmeans: vectors as .npy (default: generated); predictor: a folder with RegMix's published files (default ../shared/data/regmix)",
    )
    .option("--init <file>", "kmeans: the centroids to start with, as .npy (default: 1000 of the vectors)")
    .option("--threads <count>", "kmeans: threads (default: one for each core)")
    .option("--documents <count>", "embedding: how many to generate (default 400, or 50000 with the lexical model)")
    .option("--shards <count>", "scale: how many are simulated (default 150000: a billion documents)")
    .option("--model <folder>", 'embedding: a Hugging Face folder, or "lexical" (default: a BERT of MiniLM\'s shape)')
    .option("--quick", "search: a small experiment of the same form, in about a quarter of an hour")
    .option("--results <dir>", "search: where results, plot and text go (default test/bench/results)")
    .option("--tasks <dir>", "features, search: a folder with the benchmark files (default ../shared/tasks)")
    .option("--copies <count>", "replicas: how often the corpus is copied, each time with small edits (default 10)")
    .option("--requests <count>", "fuzz: how many (default 1000000); rpc: calls of each server (default 4000)")
    .option("--seeds <count>", "propose: how many landscapes (default 50)")
    .option("--parts <names>", "peers: which, separated by commas (default: all)")
    .option("--python <path>", "peers: the Python whose packages are the peers (default: python3 on PATH)")
    .option("--presets <names>", "training: which, separated by commas (default nano,tiny,small,medium)")
    .showHelpAfterError("(climb bench --help shows what there is)")
    .exitOverride()
    .action(async (name: string, given: Partial<BenchOptions>) => {
      const bench = BENCHMARKS[name];
      if (!bench) throw new CommandError(`there is no benchmark "${name}"; there are: ${NAMES}`);
      const figures = await bench({ ...surroundings, ...given });
      process.stdout.write(`${JSON.stringify(figures, null, surroundings.json ? undefined : 2)}\n`);
    });
  await command.parseAsync([...args], { from: "user" });
};
