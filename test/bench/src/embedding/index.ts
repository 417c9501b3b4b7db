import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { CommandError } from "@climb/cli/errors";
import { startSuite } from "@climb/cli/suite";
import type { BenchOptions } from "../options.js";
import { createPipeline } from "../pipeline.js";
import { generatedJsonl } from "./generated-corpus.js";
import { measureEmbedding as measure } from "./measure.js";

const say = (line: string) => process.stderr.write(`${line}\n`);
const round = (value: number) => Number(value.toPrecision(4));

/** How fast texts become vectors and in how much memory: an ONNX model beside itself alone, or the lexical one. */
export async function benchEmbedding(options: BenchOptions): Promise<Record<string, unknown>> {
  const lexical = options.model === "lexical";
  const documents = Number(options.documents ?? (lexical ? 50_000 : 400));
  if (!(Number.isInteger(documents) && documents > 0)) {
    throw new CommandError(`--documents is ${options.documents}, expected a positive integer`);
  }
  if (lexical) return benchLexical(documents, options.logLevel);
  const found = await measure({
    documents,
    ...(options.model && { model: resolve(options.model) }),
    onRound: (done) => say(`round ${done + 1}`),
  }).catch((error: Error) => {
    throw new CommandError(error.message);
  });
  const figures = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, round(value)]));
  return { bench: "embedding", model: options.model ?? "random MiniLM", documents, ...figures };
}

/** From a file of generated documents to vectors by the whole service; padding and a model alone do not apply. */
async function benchLexical(documents: number, logLevel: string): Promise<Record<string, unknown>> {
  const scratch = await mkdtemp(join(tmpdir(), "climb-bench-"));
  try {
    const corpus = join(scratch, "generated.jsonl");
    say(`writing ${documents} documents`);
    const file = createWriteStream(corpus);
    for (const piece of generatedJsonl(documents, 1)) if (!file.write(piece)) await once(file, "drain");
    file.end();
    await finished(file);
    const suite = await startSuite({ dataDir: join(scratch, "data"), port: 0, logLevel });
    const pipeline = createPipeline(suite);
    try {
      say("embedding");
      const started = performance.now();
      const set = await pipeline.embed([corpus]);
      const seconds = (performance.now() - started) / 1000;
      return {
        bench: "embedding",
        model: "lexical",
        documents: Number(set.documents),
        documentsPerSecond: round(documents / seconds),
        textMbPerSecond: round(Number(set.textBytes) / 1e6 / seconds),
        peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      };
    } finally {
      pipeline.close();
      await suite.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
