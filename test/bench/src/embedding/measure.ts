import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paddingWaste, planBatches } from "@climb/embedding/core/onnx/batches";
import { feedsOf } from "@climb/embedding/core/onnx/encoder";
import { BATCH_TOKENS, openOnnxModel } from "@climb/embedding/models/onnx-embedder";
import { readOnnxFolder } from "@climb/embedding/models/onnx-folder";
import type { Tasks } from "@climb/embedding/worker";
import { median } from "@climb/numeric";
import { encodeShard } from "@climb/readers/shard-file";
import { createWorkerPool } from "@climb/runtime";
import { generatedTexts, generatedWords } from "./generated-corpus.js";
import { writeRandomBert } from "./random-bert.js";

export interface EmbeddingSpeed {
  documentsPerSecond: number;
  /** Tokens of the texts, padding not counted. */
  tokensPerSecond: number;
  /** Share of the tokens in the model that are padding. */
  paddingWaste: number;
  /** Our speed, from the packed shard to its vectors, divided by that of the model alone on ids and batches made before. */
  ratioToBareModel: number;
  /** Of the whole process, the model alone included. */
  peakRssMb: number;
}

const ROUNDS = 3;

/**
 * How fast one thread embeds a shard of generated texts with an ONNX model, and the same model run alone in this process, in
 * turn; medians of three rounds.
 * @param options.model a Hugging Face folder; unset means a BERT of MiniLM's shape with random weights
 * @throws ServiceError MODEL_UNKNOWN
 */
export async function measureEmbedding(options: {
  documents: number;
  model?: string;
  onRound?: (round: number) => void;
}): Promise<EmbeddingSpeed> {
  const scratch = await mkdtemp(join(tmpdir(), "climb-bench-embedding-"));
  const url = new URL(import.meta.resolve("@climb/embedding/worker"));
  const pool = createWorkerPool<Tasks>({ url, size: 1 });
  try {
    const path = options.model ?? join(scratch, "model");
    if (!options.model) {
      await mkdir(path);
      await writeRandomBert(path, generatedWords());
    }
    const settings = await readOnnxFolder({ path, maxTokens: 0, prefix: "", dimensions: 0 });
    const texts = [...generatedTexts(options.documents, 1)];
    const shard = join(scratch, "shard.jsonl.gz");
    await writeFile(shard, await encodeShard(texts.map((text, i) => ({ id: `g${i}`, text, source: "generated" }))));
    const json = JSON.stringify(settings);
    const model = { kind: "onnx" as const, path: join(scratch, "model.json"), sha256: sha256(json) };
    await writeFile(model.path, json);

    const { session, reader } = await openOnnxModel(settings);
    const ids = texts.map((text) => reader.read(settings.prefix + text));
    const lengths = ids.map(({ length }) => length);
    const batches = planBatches(lengths, BATCH_TOKENS);
    const feeds = batches.map(({ members, width }) => feedsOf(session, ids, members, width, settings.padId));

    const runs = {
      ours: () => pool.run("embedShard", { path: shard, model, halfPrecision: false }),
      bare: async () => {
        for (const feed of feeds) await session.run(feed);
      },
    };
    // The thread opens its model, and both sides have run once, before the clock starts.
    await pool.run("embedTexts", { texts: texts.slice(0, 8), model });
    await session.run(feeds[0] as (typeof feeds)[number]);
    const seconds = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      options.onRound?.(round);
      for (const side of round % 2 === 0 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
        const started = performance.now();
        await runs[side]();
        seconds[side].push((performance.now() - started) / 1000);
      }
    }
    const ours = median(seconds.ours);
    return {
      documentsPerSecond: texts.length / ours,
      tokensPerSecond: lengths.reduce((total, length) => total + length, 0) / ours,
      paddingWaste: paddingWaste(lengths, batches),
      ratioToBareModel: median(seconds.bare) / ours,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    await pool.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
