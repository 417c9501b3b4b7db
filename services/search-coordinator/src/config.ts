import { platformConfig } from "@climb/ports";
import { peerAddress } from "@climb/runtime";
import { z } from "zod";

/** What the coordinator reads beyond what every service has: where the others are. */
export const searchConfig = platformConfig.extend({
  CLIMB_EMBEDDING_ADDRESS: peerAddress(50051).describe("address of the embedding service"),
  CLIMB_CLUSTERING_ADDRESS: peerAddress(50052).describe("address of the clustering service"),
  CLIMB_TRAINING_ADDRESS: peerAddress(50053).describe("address of the proxy-training service"),
  CLIMB_PREDICTOR_ADDRESS: peerAddress(50054).describe("address of the predictor service"),
  CLIMB_SEARCH_ADDRESS: peerAddress(50055).describe("address of the search coordinator itself, for its data sets"),
  CLIMB_PAGE_ADDRESS: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, "expected host:port")
    .optional()
    .describe("host:port that the page for browsers is served at, by TLS where the server has it; unset serves none"),
  CLIMB_TRACE_URL: z
    .string()
    .regex(/^https?:\/\/\S*\{traceId\}\S*$/, "expected an http:// or https:// address with {traceId} in it")
    .optional()
    .describe(
      "where a trace is looked at, with {traceId} for its id; the page links to it: https://jaeger/trace/{traceId}",
    ),
});

export type SearchConfig = z.infer<typeof searchConfig>;
