import { readFile } from "node:fs/promises";
import { type DomainOptions, type FoundDomains, findDomains } from "../core/domains.js";
import { mergeSummaries, type Summary } from "../core/summary.js";
import { summariesFromJson } from "../summary-json.js";

/** From the surveys of all shards to domains. */
export interface FindDomainsTask extends DomainOptions {
  kind: "findDomains";
  /** One file for each shard, in order: {"fair": […], "poor": […]}. */
  surveyPaths: string[];
  centroids: Float32Array;
  dimensions: number;
  commonWords: string[];
}

export async function domainsOfSurveys(task: FindDomainsTask, check: () => void): Promise<FoundDomains> {
  let fair: Summary[] = [];
  let poor: Summary[] = [];
  // One file at a time and in order: memory does not grow with the shards, and the sums have one order.
  for (const path of task.surveyPaths) {
    check();
    const shard = JSON.parse(await readFile(path, "utf8")) as { fair: unknown; poor: unknown };
    fair = joined(fair, summariesFromJson(shard.fair));
    poor = joined(poor, summariesFromJson(shard.poor));
  }
  const { centroids, dimensions, minQuality, scorers, cut, labels } = task;
  const commonWords = new Set(task.commonWords);
  return findDomains({ centroids, dimensions, fair, poor, commonWords }, { minQuality, scorers, cut, labels });
}

function joined(before: Summary[], more: Summary[]): Summary[] {
  return more.map((summary, cluster) => {
    const known = before[cluster];
    return known === undefined ? summary : mergeSummaries([known, summary]);
  });
}
