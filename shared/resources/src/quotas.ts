import type { Platform } from "@climb/ports";
import { currentProject, ServiceError } from "@climb/runtime";
import { everySnapshot } from "./every-snapshot.js";
import { add, entriesSince } from "./ledger.js";

/** What resources of a kind are counted as. */
export type CountedAs = "searches" | "runs";

/** How a kind of resource counts against its project's quota, beside the bytes that everything takes. */
export interface QuotaUse<T> {
  countedAs: CountedAs;
  /** Tokens that it trains on. */
  tokens?(resource: T): number;
}

/** Which states count: a search until it has ended, a run while it waits for a worker. */
const COUNTED: Record<CountedAs, string[]> = { searches: ["PENDING", "RUNNING"], runs: ["PENDING"] };
const UNFINISHED = ["PENDING", "RUNNING"];
const RETRY_MS: Record<CountedAs, number> = { searches: 60_000, runs: 10_000 };
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 24 * 3_600_000];

type World = Pick<Platform, "snapshots" | "artifacts" | "quotaOf">;

/**
 * Whether the project that is worked for has room for one more. Counts what is there; calls at the same moment may each be
 * the last that fits.
 * @throws ServiceError exhausted LIMIT_REACHED with the time after which another try is worth while
 */
export async function expectRoom<T>(
  platform: World,
  kind: { kind: string; decode(record: Uint8Array): T; quota?: QuotaUse<T> | undefined },
  wanted: T,
  now: Date,
): Promise<void> {
  const project = currentProject();
  const quota = project === undefined ? undefined : platform.quotaOf(project);
  if (project === undefined || !quota) return;
  await expectBytes(platform, 0, now);
  const { countedAs, tokens } = kind.quota ?? {};
  const most = countedAs && quota[countedAs];
  if (countedAs && most !== undefined) {
    const found = await countedIn(platform, countedAs, project, [kind.kind]);
    if (found >= most) throw reached(project, countedAs, `${found} ${countedAs}`, most, RETRY_MS[countedAs]);
  }
  if (tokens && quota.tokensADay !== undefined) {
    const asked = { wanted: tokens(wanted), most: quota.tokensADay };
    await expectTokens(platform, { ...kind, tokens }, project, asked, now);
  }
}

/** Whether the project that is worked for may store so many bytes more. @throws as {@link expectRoom} */
export async function expectBytes(platform: World, more: number, now: Date): Promise<void> {
  const project = currentProject();
  const most = project === undefined ? undefined : platform.quotaOf(project)?.bytes;
  if (project === undefined || most === undefined) return;
  const found = await storedBytes(platform, project, now);
  if (found + more > most || found === most) throw reached(project, "bytes", `${found} bytes`, most, HOUR_MS);
}

async function expectTokens<T>(
  platform: World,
  { kind, decode, tokens }: { kind: string; decode(record: Uint8Array): T; tokens(resource: T): number },
  project: string,
  { wanted, most }: { wanted: number; most: number },
  now: Date,
): Promise<void> {
  const spent = { seconds: 0, tokens: 0, bytes: 0 };
  const entries: { timeMs: number; tokens: number }[] = [];
  for await (const { timeMs, cost } of entriesSince(platform, new Date(now.getTime() - DAY_MS), project)) {
    add(spent, cost);
    entries.push({ timeMs, tokens: cost.tokens });
  }
  let underWay = 0;
  const unfinished = { owner: project, states: UNFINISHED };
  for await (const { record } of everySnapshot(platform.snapshots, kind, unfinished))
    underWay += tokens(decode(record));
  let over = spent.tokens + underWay + wanted - most;
  if (over <= 0) return;
  // Room comes when enough of the oldest are a day ago; where that is not enough, when what is under way has ended.
  const last = entries.find((entry) => {
    over -= entry.tokens;
    return over <= 0;
  });
  const waitMs = last ? last.timeMs + DAY_MS - now.getTime() : HOUR_MS;
  const found = `${spent.tokens} tokens were trained on within 24 hours and ${underWay} are under way, ${wanted} more`;
  throw reached(project, "tokens-a-day", found, most, Math.max(MINUTE_MS, waitMs));
}

/** The label by which resources that count are found, whatever kind they are. */
export function countedLabel(quota: QuotaUse<never> | undefined): Record<string, string> {
  return quota ? { counted: quota.countedAs } : {};
}

/** How many resources of a project count as something now. @param kinds of which; of all, unless given */
export async function countedIn(
  platform: World,
  counted: CountedAs,
  project: string,
  kinds?: readonly string[],
): Promise<number> {
  const filter = { owner: project, states: COUNTED[counted], labels: { counted } };
  let count = 0;
  for (const kind of kinds ?? (await platform.snapshots.kinds())) {
    for await (const _ of everySnapshot(platform.snapshots, kind, filter)) count++;
  }
  return count;
}

/** By store and project; counting means listing every name. */
const counted = new WeakMap<World["artifacts"], Map<string, { atMs: number; bytes: number }>>();

/** Bytes of the artifacts of the project that is worked for, counted at most once a minute. */
export async function storedBytes({ artifacts }: World, project: string, now: Date): Promise<number> {
  const known = counted.get(artifacts) ?? new Map<string, { atMs: number; bytes: number }>();
  counted.set(artifacts, known);
  const last = known.get(project);
  if (last && now.getTime() - last.atMs < MINUTE_MS) return last.bytes;
  const sizes = new Map<string, number>();
  for await (const { path, uri, sizeBytes } of artifacts.list("")) {
    // Who belongs to no project sees the names of all.
    if (project !== "" || !path.startsWith("projects/")) sizes.set(uri, sizeBytes);
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  known.set(project, { atMs: now.getTime(), bytes });
  return bytes;
}

function reached(project: string, limit: string, found: string, most: number, retryAfterMs: number): ServiceError {
  const message = `project ${project} has ${found}; its quota is ${most}: come again in ${Math.ceil(retryAfterMs / 1000)} s`;
  const metadata = { limit: `quota ${limit}` };
  return new ServiceError("exhausted", "LIMIT_REACHED", message, metadata, { retryAfterMs });
}
