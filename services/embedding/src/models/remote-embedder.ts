import { ANYWHERE, askEndpoint, badAnswer, RETRIES, type RemotePolicy, type Retries } from "@climb/runtime/worker";
import { z } from "zod";
import { writeUnit } from "../core/onnx/pooling.js";
import type { TextEmbedder } from "./embedder.js";

/** An OpenAI-compatible endpoint. Plain data, stored with an embedding set. */
export interface RemoteSettings {
  /** Without a slash at its end. */
  address: string;
  model: string;
  /** Requests under way at once. */
  concurrency: number;
  /** Name of the operator's key to show it. */
  apiKey?: string;
}

/** Servers refuse longer inputs than their model takes; 8,192 characters are about 2,000 tokens. */
const MAX_CHARACTERS = 8192;
const TEXTS_A_REQUEST = 32;

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/** Asks the endpoint; see {@link TextEmbedder}. Every row must have the length of the first one ever seen. */
export function remoteEmbedder(
  { address, model, concurrency, apiKey }: RemoteSettings,
  retries: Retries = RETRIES,
  policy: RemotePolicy = ANYWHERE,
): TextEmbedder {
  const url = `${address}/v1/embeddings`;
  let dimensions = 0;
  return {
    async embed(texts, onProgress) {
      const parts: Float64Array[][] = [];
      let next = 0;
      let failed = false;
      const work = async () => {
        while (!failed && next * TEXTS_A_REQUEST < texts.length) {
          const part = next++;
          const own = texts.slice(part * TEXTS_A_REQUEST, (part + 1) * TEXTS_A_REQUEST);
          // An empty input is an error at some servers.
          const body = { model, input: own.map((text) => wellCut(text) || " "), encoding_format: "float" };
          const read = (answer: unknown) => rowsOf(url, answer, own.length);
          const rows = await askEndpoint({ url, policy, apiKey }, body, read, retries, () => onProgress?.(0));
          for (const row of rows) {
            dimensions ||= row.length;
            if (row.length !== dimensions) {
              throw badAnswer(url, `answered with a vector of ${row.length} values; expected ${dimensions} as before`);
            }
          }
          parts[part] = rows;
          onProgress?.(rows.length);
        }
      };
      const workers = Array.from({ length: concurrency }, () =>
        work().catch((error) => {
          failed = true;
          throw error;
        }),
      );
      await Promise.all(workers);
      const vectors = new Float32Array(texts.length * dimensions);
      for (const [i, row] of parts.flat().entries())
        writeUnit(row, vectors.subarray(i * dimensions, (i + 1) * dimensions));
      return { vectors, dimensions };
    },
  };
}

function rowsOf(url: string, json: unknown, count: number): Float64Array[] {
  const answer = answerSchema.safeParse(json);
  if (!answer.success)
    throw badAnswer(url, `answered in another form: ${z.prettifyError(answer.error).split("\n")[0]}`);
  const rows: Float64Array[] = [];
  for (const { index, embedding } of answer.data.data) rows[index] = Float64Array.from(embedding);
  const found = rows.filter((row) => row.length > 0).length;
  if (found !== count || rows.length !== count) {
    throw badAnswer(url, `answered with ${found} vectors; expected ${count}`);
  }
  return rows;
}

function wellCut(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
}
