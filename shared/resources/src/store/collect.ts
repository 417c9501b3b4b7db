import { type Platform, readJson } from "@climb/ports";
import { ServiceError } from "@climb/runtime";
import { everyResource, whileUnused } from "../references.js";
import { isSettled, type Needed, neededBy } from "./needed.js";

/** What goes, and why. */
export interface Garbage {
  /** An artifact's name, a content's URI, or "<kind> <id>". */
  name: string;
  reason: string;
  /** Bytes that are freed. */
  bytes: number;
}

export interface CollectOptions {
  dryRun: boolean;
  /** By kind: resources that have ended and were created so long ago go, if no other needs them. */
  timeToLiveMs: ReadonlyMap<string, number>;
  /** What was written, or found to be needed by nobody, less than this ago stays. */
  graceMs: number;
  now: () => Date;
}

const DAY_MS = 24 * 3600_000;
export const DEFAULT_GRACE_MS = DAY_MS;

/** When each content that nobody needs was found to be so. */
const UNNEEDED = "gc/unneeded.json";
const FINAL = ["SUCCEEDED", "FAILED", "CANCELLED"];

/**
 * Removes what no living resource needs, in three steps of which each is safe beside work under way: resources past their
 * time to live; names that are no living resource's and stand for nothing that one refers to; contents without a name. A
 * content goes a grace after it was first found to be unneeded, so that who has just found it by its name can refer to it.
 */
export async function* collectGarbage(platform: Platform, options: CollectOptions): AsyncGenerator<Garbage> {
  const { artifacts } = platform;
  const { dryRun, graceMs, now } = options;
  const startMs = now().getTime();
  yield* expiredResources(platform, options);
  const needed = await neededBy(platform);
  const named = new Set<string>();
  for await (const artifact of artifacts.list("")) {
    const { path, uri } = artifact;
    const kept = path === UNNEEDED || needed.name(path) || needed.content(uri);
    if (kept || !isSettled(artifact, needed, startMs - graceMs + 1)) {
      named.add(uri);
      continue;
    }
    if (!dryRun && !(await removeIfSettled(platform, path, artifact.time))) {
      named.add(uri);
      continue;
    }
    yield { name: path, reason: "no resource refers to it", bytes: 0 };
  }
  yield* unneededContents(platform, options, { needed, named, startMs });
}

async function* expiredResources(
  platform: Platform,
  { dryRun, timeToLiveMs, now }: CollectOptions,
): AsyncGenerator<Garbage> {
  for await (const { kind, snapshot } of everyResource(platform.snapshots)) {
    const lastsMs = timeToLiveMs.get(kind);
    const { id, revision, index } = snapshot;
    if (lastsMs === undefined || !FINAL.includes(index.state)) continue;
    if (now().getTime() - index.createTimeMs < lastsMs) continue;
    const garbage = { name: `${kind} ${id}`, reason: "it has ended and is older than its time to live", bytes: 0 };
    try {
      if (!dryRun) {
        await whileUnused(platform, { kind, id }, now(), () => platform.snapshots.remove(kind, id, revision));
      }
      yield garbage;
    } catch (error) {
      if (!(error instanceof ServiceError && error.reason === "STATE_FORBIDS")) throw error;
    }
  }
}

/** Removes a name unless somebody has renewed it since it was listed. */
async function removeIfSettled({ artifacts }: Platform, path: string, listed: Date): Promise<boolean> {
  for await (const { path: found, time } of artifacts.list(path)) {
    if (found !== path) continue;
    if (time.getTime() !== listed.getTime()) return false;
    await artifacts.remove(path);
    return true;
  }
  return true;
}

async function* unneededContents(
  { artifacts }: Platform,
  { dryRun, graceMs }: CollectOptions,
  { needed, named, startMs }: { needed: Needed; named: Set<string>; startMs: number },
): AsyncGenerator<Garbage> {
  const ref = await artifacts.stat(UNNEEDED);
  const before = ref ? await readJson<Record<string, number>>(artifacts, ref) : {};
  const after: Record<string, number> = {};
  const settledBefore = new Date(startMs - graceMs + 1);
  for await (const { uri, sizeBytes } of artifacts.contents(settledBefore)) {
    if (named.has(uri) || needed.content(uri)) continue;
    const since = before[uri] ?? startMs;
    if (startMs - since < graceMs) {
      after[uri] = since;
      continue;
    }
    if (!dryRun) await artifacts.removeContent(uri);
    yield { name: uri, reason: "nothing refers to it and it has no name", bytes: sizeBytes };
  }
  if (dryRun || (Object.keys(after).length === 0 && !ref)) return;
  await artifacts.put(UNNEEDED, Buffer.from(JSON.stringify(after), "utf8"), { replaced: true });
}
