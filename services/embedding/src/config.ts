import { platformConfig } from "@climb/ports";
import { executionProviders, remoteVariables } from "@climb/runtime";
import { z } from "zod";

const MIB = 1024 * 1024;

/** What the embedding service reads beyond what every service has. */
export const embeddingConfig = platformConfig.extend({
  CLIMB_EXECUTION_PROVIDERS: executionProviders,
  ...remoteVariables,
  CLIMB_EMBEDDING_JOBS: z.coerce.number().int().min(1).max(64).default(1).describe("embedding sets worked on at once"),
  CLIMB_EMBEDDING_SHARD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .max(1024 * MIB)
    .default(16 * MIB)
    .describe("UTF-8 bytes of text after which a document shard is full"),
  CLIMB_EMBEDDING_SHARD_DOCUMENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("documents after which a document shard is full"),
  CLIMB_EMBEDDING_PIECE_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(64 * MIB)
    .describe("bytes of a corpus that one job reads; what is smaller in all has shards as full as can be"),
  CLIMB_EMBEDDING_WINDOW_MS: z.coerce
    .number()
    .min(0)
    .max(1000)
    .default(3)
    .describe("milliseconds that an Embed call waits for others to share a batch"),
});

export type EmbeddingConfig = z.infer<typeof embeddingConfig>;
