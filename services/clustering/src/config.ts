import { baseConfig } from "@climb/runtime";
import { z } from "zod";

/** The environment variables that the clustering service reads beside those of every service. */
export const clusteringConfig = baseConfig.extend({
  CLIMB_CLUSTERING_JOBS: z.coerce.number().int().positive().default(2).describe("domain sets worked on at once"),
});

export type ClusteringConfig = z.infer<typeof clusteringConfig>;
