import { platformConfig } from "@climb/ports";
import { peerAddress, remoteVariables } from "@climb/runtime";
import { z } from "zod";

/** The environment variables that the clustering service reads beside those of every service. */
export const clusteringConfig = platformConfig.extend({
  ...remoteVariables,
  CLIMB_CLUSTERING_JOBS: z.coerce.number().int().positive().default(2).describe("domain sets worked on at once"),
  CLIMB_EMBEDDING_ADDRESS: peerAddress(50051).describe(
    "address of the embedding service, which embeds annotated texts",
  ),
});

export type ClusteringConfig = z.infer<typeof clusteringConfig>;
