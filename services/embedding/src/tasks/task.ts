import type { TaskContext, WorkerPool } from "@climb/runtime";
import type { LexicalOptions } from "../core/options.js";
import type { SparseRows } from "../core/sparse.js";
import type { SvdState, SvdTask } from "../core/svd/state.js";
import type { Vocabulary } from "../core/vocabulary.js";
import type { GivenSettings } from "../models/given-vectors.js";
import type { InputFile } from "../readers/input-file.js";
import type { CorpusOptions, CorpusSummary } from "../readers/read-corpus.js";

/** When a document shard is full: whichever comes first. */
export interface ShardLimits {
  textBytes: number;
  documents: number;
}

/** Some rows of a shard on this machine; undefined means all. */
export interface ShardRows {
  path: string;
  rows: Uint32Array | undefined;
}

export type ModelKind = "lexical" | "onnx" | "remote" | "given";

/** A model on this machine: a fitted one itself, of others how they are used. */
export interface ModelFile {
  kind: ModelKind;
  path: string;
  sha256: string;
  /** What ONNX Runtime runs it on, in order; default the CPU. */
  executionProviders?: readonly string[];
}

/** Every kind of work that runs in a thread: what it needs and what it gives. */
export interface Tasks {
  /** Reads a corpus into shard files under `scratch`; shards in `stored` are counted but not written. */
  read: {
    task: { files: InputFile[]; options: CorpusOptions; limits: ShardLimits; scratch: string; stored: number[] };
    result: CorpusSummary;
  };
  /** Counts terms and chooses the vocabulary. */
  count: { task: { shards: ShardRows[]; options: LexicalOptions }; result: Vocabulary };
  /** TF-IDF rows of a shard. */
  rows: { task: { shard: ShardRows; vocabulary: Vocabulary }; result: SparseRows };
  /** One step of the decomposition. */
  svd: { task: { state: SvdState; step: SvdTask }; result: undefined };
  /** The fitted model as bytes. */
  assemble: { task: { state: SvdState; vocabulary: Vocabulary; dimensions: number }; result: Uint8Array };
  /** Vectors of a whole shard, little-endian float32 or float16. */
  vectors: {
    task: { path: string; documents: number; model: ModelFile; halfPrecision: boolean };
    result: EmbeddedTexts;
  };
  /** Vectors that were given, as one file under `scratch` for each shard; the length of a vector. */
  given: {
    task: {
      settings: GivenSettings;
      shards: { path: string; documents: number }[];
      scratch: string;
      halfPrecision: boolean;
    };
    result: number;
  };
  /** Vectors of a few texts. */
  embed: { task: { texts: string[]; model: ModelFile }; result: EmbeddedTexts };
}

export interface EmbeddedTexts {
  vectors: Uint8Array;
  dimensions: number;
}

export type TaskKind = keyof Tasks;
export type Task = { [K in TaskKind]: { kind: K } & Tasks[K]["task"] }[TaskKind];
export type Result = Tasks[TaskKind]["result"];

/** What a running task tells. */
export type TaskProgress =
  | { type: "read"; documents: number; textBytes: number }
  /** A shard is complete; `file` is unset if it was stored before. */
  | { type: "shard"; index: number; documents: number; textBytes: number; file: string | undefined }
  | { type: "documents"; documents: number }
  /** The vectors of a shard are complete. */
  | { type: "vectors"; index: number; file: string; documents: number };

export type EmbeddingPool = WorkerPool<Task, Result, TaskProgress>;
export type EmbeddingTaskContext = TaskContext<TaskProgress>;

/** Runs a task in the pool; its kind decides the type of the result. */
export async function runTask<K extends TaskKind>(
  pool: EmbeddingPool,
  kind: K,
  task: Tasks[K]["task"],
  options: { signal?: AbortSignal; onProgress?: (progress: TaskProgress) => void } = {},
): Promise<Tasks[K]["result"]> {
  return (await pool.run({ kind, ...task } as Task, options)) as Tasks[K]["result"];
}
