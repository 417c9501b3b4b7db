import { type NamedArtifact, type Platform, readWhole } from "@climb/ports";
import { everyRecord, type StoredRecord } from "../references.js";

/** What living resources need. */
export interface Needed {
  /** Whether a living resource refers to a content, itself or through a manifest. */
  content(uri: string): boolean;
  /** Whether a name is a living resource's own: one of its segments is the resource's id. */
  name(path: string): boolean;
  /** When the oldest resource that has not ended was created: what was written since may be for it. */
  unfinishedSince: number;
}

const URI = /climb:\/\/(?:sha256|replaced)\/[0-9a-f]{32,64}/g;
/** Manifests are small; what is larger is data, whatever it is called. */
const MANIFEST_BYTES = 256 * 1024 * 1024;
const FINAL = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);

/**
 * Follows what living resources refer to: URIs in their records, in the plans of shards that are worked on, and in the JSON
 * files among them.
 */
export async function neededBy(platform: Pick<Platform, "snapshots" | "artifacts">): Promise<Needed> {
  const ids = new Set<string>();
  const needed = new Set<string>();
  const open: string[] = [];
  const refer = (text: string) => {
    for (const [uri] of text.matchAll(URI)) {
      if (needed.has(uri)) continue;
      needed.add(uri);
      open.push(uri);
    }
  };
  let unfinishedSince = Number.POSITIVE_INFINITY;
  for await (const { kind, snapshot } of everyRecord(platform.snapshots)) {
    refer(textOf(snapshot));
    if (kind === "shard-plan") continue;
    ids.add(snapshot.id);
    if (!FINAL.has(snapshot.index.state)) unfinishedSince = Math.min(unfinishedSince, snapshot.index.createTimeMs);
  }
  const manifests = await manifestsOf(platform.artifacts, (path) => hasIdIn(path, ids), needed, open);
  for (let uri = open.pop(); uri; uri = open.pop()) {
    if (manifests.has(uri)) refer((await readWhole(platform.artifacts, { uri })).toString("latin1"));
  }
  return { content: (uri) => needed.has(uri), name: (path) => hasIdIn(path, ids), unfinishedSince };
}

/** Contents with a name that ends in .json; those under a living resource's names are needed. */
async function manifestsOf(
  artifacts: Platform["artifacts"],
  isOwned: (path: string) => boolean,
  needed: Set<string>,
  open: string[],
): Promise<Set<string>> {
  const manifests = new Set<string>();
  for await (const { path, uri, sizeBytes } of artifacts.list("")) {
    if (path.endsWith(".json") && sizeBytes <= MANIFEST_BYTES) manifests.add(uri);
    if (!isOwned(path) || needed.has(uri)) continue;
    needed.add(uri);
    open.push(uri);
  }
  return manifests;
}

function hasIdIn(path: string, ids: Set<string>): boolean {
  return path.split("/").some((segment) => ids.has(segment) || ids.has(segment.replace(/\..*$/, "")));
}

function textOf({ record }: StoredRecord["snapshot"]): string {
  return Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString("latin1");
}

/** Whether a name is so old that whoever wrote it for a resource has stored the resource, or is dead. */
export function isSettled({ time }: NamedArtifact, { unfinishedSince }: Needed, settledBefore: number): boolean {
  return time.getTime() < Math.min(settledBefore, unfinishedSince);
}
