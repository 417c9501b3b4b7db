import type { Platform } from "@climb/ports";
import type { ProjectUsage } from "@climb/proto/store/v1/store_service";
import { currentProject, forOwner } from "@climb/runtime";
import { add, entriesSince, type WorkCost } from "../ledger.js";
import { countedIn, storedBytes } from "../quotas.js";
import { everyResource } from "../references.js";

const DAY_MS = 24 * 3_600_000;
export const DEFAULT_SINCE_MS = 30 * DAY_MS;

/** What the project that is worked for has used, or each that has used something. */
export async function usageOf(platform: Platform, since: Date, now: Date): Promise<ProjectUsage[]> {
  const own = currentProject();
  const projects = own === undefined ? await everyProject(platform) : new Set([own]);
  const usage: ProjectUsage[] = [];
  for (const project of [...projects].sort()) usage.push(await usageOfProject(platform, project, since, now));
  return usage;
}

async function everyProject(platform: Platform): Promise<Set<string>> {
  const projects = new Set<string>();
  for await (const { snapshot } of everyResource(platform.snapshots)) projects.add(snapshot.index.owner);
  for await (const { owner } of entriesSince(platform, new Date(0))) projects.add(owner);
  return projects;
}

async function usageOfProject(platform: Platform, project: string, since: Date, now: Date): Promise<ProjectUsage> {
  const cost: WorkCost = { seconds: 0, tokens: 0, bytes: 0 };
  const dayAgoMs = now.getTime() - DAY_MS;
  let tokensOfDay = 0;
  const from = new Date(Math.min(since.getTime(), dayAgoMs));
  for await (const entry of entriesSince(platform, from, project)) {
    if (entry.timeMs >= since.getTime()) add(cost, entry.cost);
    if (entry.timeMs >= dayAgoMs) tokensOfDay += entry.cost.tokens;
  }
  const counts = await Promise.all((["searches", "runs"] as const).map((name) => countedIn(platform, name, project)));
  const [searches = 0, runs = 0] = counts;
  // Where nobody is asked who it is, everything is nobody's.
  const bytes = await forOwner(project, () => storedBytes(platform, project, now));
  const quota = platform.quotaOf(project) ?? {};
  return {
    project,
    cost: { seconds: cost.seconds, tokens: BigInt(cost.tokens), bytes: BigInt(cost.bytes) },
    tokensOfDay: BigInt(tokensOfDay),
    searches: BigInt(searches),
    runs: BigInt(runs),
    storedBytes: BigInt(bytes),
    quota: {
      searches: BigInt(quota.searches ?? 0),
      runs: BigInt(quota.runs ?? 0),
      tokensADay: BigInt(quota.tokensADay ?? 0),
      bytes: BigInt(quota.bytes ?? 0),
    },
  };
}
