import type { Command } from "commander";
import { benchDomains } from "../bench/domains.js";
import { benchEmbedding } from "../bench/embedding.js";
import { benchFeatures } from "../bench/features.js";
import { benchKMeans } from "../bench/kmeans.js";
import { benchPredictor } from "../bench/predictor.js";
import { benchPropose } from "../bench/propose.js";
import { benchTraining } from "../bench/training.js";
import { CommandError } from "../errors.js";
import type { GlobalOptions } from "../session.js";

/** What a benchmark is given; the last line that it prints is one JSON object. */
export interface BenchOptions extends GlobalOptions {
  corpus?: string;
  data?: string;
  tasks?: string;
  init?: string;
  threads?: string;
  presets?: string;
  seeds?: string;
  documents?: string;
  model?: string;
}

const BENCHMARKS: Record<string, (options: BenchOptions) => Promise<Record<string, unknown>>> = {
  domains: benchDomains,
  embedding: benchEmbedding,
  features: benchFeatures,
  kmeans: benchKMeans,
  predictor: benchPredictor,
  propose: benchPropose,
  training: benchTraining,
};

export function addBench(program: Command): void {
  program
    .command("bench")
    .argument("<name>", `one of: ${Object.keys(BENCHMARKS).join(", ")}`)
    .description("Measure a part of Climb; with --json the last line is one JSON object.")
    .option(
      "--corpus <dir>",
      "domains, features: a folder of *.jsonl.gz shards; domains needs labels.tsv.gz and sources.tsv (default ../shared/corpus)",
    )
    .option(
      "--data <path>",
      "kmeans: vectors as .npy (default: generated); predictor: a folder with RegMix's published files (default ../shared/data/regmix)",
    )
    .option("--init <file>", "kmeans: the centroids to start with, as .npy (default: 1000 of the vectors)")
    .option("--threads <count>", "kmeans: threads (default: one for each core)")
    .option("--documents <count>", "embedding: how many to generate (default 400, or 50000 with the lexical model)")
    .option("--model <folder>", 'embedding: a Hugging Face folder, or "lexical" (default: a BERT of MiniLM\'s shape)')
    .option("--tasks <dir>", "features: a folder with the benchmark files (default ../shared/tasks)")
    .option("--seeds <count>", "propose: how many landscapes (default 50)")
    .option("--presets <names>", "training: which, separated by commas (default nano,tiny,small,medium)")
    .action(async (name: string, _: unknown, command: Command) => {
      const bench = BENCHMARKS[name];
      if (!bench)
        throw new CommandError(`there is no benchmark "${name}"; there are: ${Object.keys(BENCHMARKS).join(", ")}`);
      const options = command.optsWithGlobals<BenchOptions>();
      const figures = await bench(options);
      if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
      else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    });
}
