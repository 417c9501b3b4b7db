import type { ArtifactRef } from "@climb/ports";
import type { FoundDomains } from "../core/domains.js";
import type { PreparedScorer } from "./scorers.js";

/** What the stages leave behind for the manifest. */
export interface Found extends FoundDomains {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  objective: number;
  /** For each shard the cluster of each document, or −1 − cluster if it is poor. */
  clusters: ArtifactRef[];
  /** What is known of each scorer, in the order of the plan. */
  scorers: PreparedScorer[];
}
