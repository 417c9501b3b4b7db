import type { WorkerPool } from "@climb/runtime";
import type { ModelFile } from "../models/load.js";
import type { EmbeddedTexts } from "../tasks/embed.js";
import type { Tasks } from "../tasks/worker.js";

/** Embeds the texts of many callers together. */
export interface OnlineEmbedder {
  /** Rows in the order of the texts. A caller that goes away is told so; the others' texts are embedded all the same. */
  embed(model: ModelFile, texts: readonly string[], signal: AbortSignal): Promise<EmbeddedTexts>;
}

export interface OnlineOptions {
  /** How long the first text waits for others. */
  windowMs: number;
  /** As many texts go at once, without waiting longer. */
  maxTexts: number;
}

interface Caller {
  texts: readonly string[];
  resolve(rows: EmbeddedTexts): void;
  reject(error: unknown): void;
}

interface Waiting {
  model: ModelFile;
  callers: Caller[];
  texts: number;
  timer: NodeJS.Timeout;
}

/**
 * Collects what is asked of one model within a short window and runs it as one task. A vector may differ in its last bits
 * from that of the same text alone, as it is padded to another length.
 */
export function createOnlineEmbedder(
  pool: WorkerPool<Pick<Tasks, "embedTexts">>,
  options: OnlineOptions,
): OnlineEmbedder {
  const waiting = new Map<string, Waiting>();

  const flush = async (key: string) => {
    const batch = waiting.get(key);
    if (!batch) return;
    waiting.delete(key);
    clearTimeout(batch.timer);
    try {
      const texts = batch.callers.flatMap((caller) => caller.texts);
      if (batch.callers.length === 0) return;
      const { vectors, dimensions } = await pool.run("embedTexts", { texts, model: batch.model });
      let offset = 0;
      for (const caller of batch.callers) {
        const end = offset + caller.texts.length * dimensions * Float32Array.BYTES_PER_ELEMENT;
        caller.resolve({ vectors: vectors.subarray(offset, end), dimensions });
        offset = end;
      }
    } catch (error) {
      for (const caller of batch.callers) caller.reject(error);
    }
  };

  return {
    embed(model, texts, signal) {
      const key = model.sha256;
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const batch = waiting.get(key) ?? {
          model,
          callers: [],
          texts: 0,
          timer: setTimeout(() => void flush(key), options.windowMs),
        };
        waiting.set(key, batch);
        const leave = () => {
          // What waits still is not computed for nobody; what is under way is left to end.
          const index = batch.callers.indexOf(caller);
          if (waiting.get(key) === batch && index >= 0) {
            batch.callers.splice(index, 1);
            batch.texts -= texts.length;
          }
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        const settled = () => signal.removeEventListener("abort", leave);
        const caller: Caller = {
          texts,
          resolve: (rows) => {
            settled();
            resolve(rows);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
        };
        batch.callers.push(caller);
        batch.texts += texts.length;
        if (batch.texts >= options.maxTexts) void flush(key);
      });
    },
  };
}
