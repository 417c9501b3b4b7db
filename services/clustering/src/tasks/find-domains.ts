import { readFile } from "node:fs/promises";
import type { TaskContext } from "@climb/runtime/worker";
import { type DomainOptions, type FoundDomains, findDomains } from "../core/domains.js";
import { mergeSummaries, type Summary } from "../core/summary.js";
import { summariesFromJson } from "./summary-json.js";

/** From the scans of all shards to domains. */
export interface FindDomainsTask extends DomainOptions {
  /** One file for each shard, in order: {"fair": […], "poor": […]}. */
  scanPaths: string[];
  centroids: Float32Array;
  dimensions: number;
  /** Words that say little; see `WeakWords`. */
  common: string[];
  foreign: string[];
}

/** Adds up the scans in the order of the shards, then prunes, merges and names. @throws RangeError if nothing is left */
export async function domainsOfScans(
  task: FindDomainsTask,
  { throwIfAborted }: TaskContext<never>,
): Promise<FoundDomains> {
  let fair: Summary[] = [];
  let poor: Summary[] = [];
  // One file at a time and in order: memory does not grow with the shards, and the sums have one order.
  for (const path of task.scanPaths) {
    throwIfAborted();
    const shard = JSON.parse(await readFile(path, "utf8")) as { fair: unknown; poor: unknown };
    fair = joined(fair, summariesFromJson(shard.fair));
    poor = joined(poor, summariesFromJson(shard.poor));
  }
  const { centroids, dimensions, minQuality, scorers, cut, splits, given } = task;
  const weakWords = { common: new Set(task.common), foreign: new Set(task.foreign) };
  return findDomains({ centroids, dimensions, fair, poor, weakWords }, { minQuality, scorers, cut, splits, given });
}

function joined(before: Summary[], more: Summary[]): Summary[] {
  return more.map((summary, cluster) => {
    const known = before[cluster];
    return known === undefined ? summary : mergeSummaries([known, summary]);
  });
}
