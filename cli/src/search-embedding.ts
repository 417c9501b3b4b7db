import {
  EmbeddingModel,
  GivenVectors,
  LexicalModel,
  OnnxModel,
  RemoteModel,
} from "@climb/proto/embedding/v1/embedding_service";
import { z } from "zod";

const count = z.number().int().nonnegative();

const onnx = z.strictObject({
  path: z.string().describe("a Hugging Face folder with model.onnx and tokenizer.json, relative to this file"),
  maxTokens: count.optional().describe("longest input in tokens; default: what the folder says"),
  prefix: z.string().optional().describe("text put before each document; default: the folder's prompt for documents"),
  dimensions: count.optional().describe("keep only the first dimensions (matryoshka models); default: all"),
});

/** Names a key of the operator's. */
export const apiKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, "expected the name of a key, not the key itself")
  .optional()
  .describe(
    "name of its API key, which CLIMB_EMBEDDER_KEY_<NAME> holds, or the file that CLIMB_EMBEDDER_KEY_<NAME>_FILE names",
  );

const remote = z.strictObject({
  address: z.string().describe("base address of an OpenAI-compatible endpoint, for example http://tei:8080"),
  model: z.string().describe("name of the model to ask for"),
  concurrency: count.optional().describe("requests under way at once; default 8"),
  apiKey,
});

const vectors = z.strictObject({
  paths: z
    .union([z.string(), z.array(z.string()).min(1)])
    .describe("npy files in the order of the corpus, or Parquet files with ids, relative to this file"),
  idField: z.string().optional().describe('Parquet column of the document id; default "id"'),
  vectorField: z.string().optional().describe('Parquet column of the vector; default "vector"'),
});

/** How a SEARCH.yaml names the embedding model: options of the lexical one, or another kind. */
export const embedding = z
  .strictObject({
    dimensions: count.optional(),
    maxTerms: count.optional(),
    minDocuments: count.optional(),
    fitDocuments: count.optional(),
    onnx: onnx.optional().describe("a neural model instead of the lexical one"),
    vectors: vectors.optional().describe("vectors that exist already instead of a model"),
    halfPrecision: z.boolean().optional().describe("store vectors as float16: half of the disk, three digits"),
    remote: remote.optional().describe("a model behind an endpoint instead of the lexical one"),
  })
  .refine(
    ({ halfPrecision: _, ...given }) =>
      !(given.onnx || given.remote || given.vectors) || Object.keys(given).length === 1,
    {
      message: "give either options of the lexical model or another model, not both",
    },
  );

/** The model that a checked file stands for. @param absolute makes a path absolute */
export function modelOf(given: z.infer<typeof embedding>, absolute: (path: string) => string): EmbeddingModel {
  const { onnx: neural, remote: endpoint, vectors: made, halfPrecision, ...lexical } = given;
  const model = (kind: EmbeddingModel["kind"]) => EmbeddingModel.fromPartial({ kind, halfPrecision } as EmbeddingModel);
  if (made) {
    const paths = [made.paths].flat().map(absolute);
    return model({ $case: "given", value: GivenVectors.fromPartial({ ...made, paths }) });
  }
  if (endpoint) return model({ $case: "remote", value: RemoteModel.fromPartial(endpoint) });
  if (!neural) return model({ $case: "lexical", value: LexicalModel.fromPartial(lexical) });
  return model({ $case: "onnx", value: OnnxModel.fromPartial({ ...neural, path: absolute(neural.path) }) });
}
