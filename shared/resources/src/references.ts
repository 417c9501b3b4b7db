import { setTimeout as sleep } from "node:timers/promises";
import type { Platform, Snapshot } from "@climb/ports";
import { ServiceError } from "@climb/runtime";
import { everySnapshot } from "./every-snapshot.js";
import { LEDGER } from "./ledger.js";

interface Name {
  kind: string;
  id: string;
}

/** Says that a resource is being deleted, so that one that comes to need it meanwhile is seen by either side. */
const MARK = "deletion";
/** Records of this package's own, which are no resources. */
const OWN_KINDS = new Set([MARK, LEDGER, "request", "shard-plan", "shard-state"]);
/** Of those the ones that refer to nothing. */
const NEEDLESS_KINDS = new Set([MARK, LEDGER, "request", "shard-state"]);
/** A mark that is older was left by a process that died. */
const MARK_LASTS_MS = 60_000;
const LOOK_EVERY_MS = 50;

export interface StoredRecord {
  kind: string;
  snapshot: Snapshot;
}

/** Every resource, of whatever kind. */
export async function* everyResource(snapshots: Platform["snapshots"]): AsyncGenerator<StoredRecord> {
  for await (const stored of everyRecord(snapshots)) if (!OWN_KINDS.has(stored.kind)) yield stored;
}

/** Every record that may refer to artifacts or resources: resources, and the plans of shards that are worked on. */
export async function* everyRecord(snapshots: Platform["snapshots"]): AsyncGenerator<StoredRecord> {
  for (const kind of await snapshots.kinds()) {
    if (NEEDLESS_KINDS.has(kind)) continue;
    for await (const snapshot of everySnapshot(snapshots, kind)) yield { kind, snapshot };
  }
}

/**
 * Removes a resource that no other one names. One that comes to name it meanwhile is either seen here, or sees the mark
 * and finds the resource gone. @throws ServiceError wrongState STATE_FORBIDS naming who needs it
 */
export async function whileUnused(
  { snapshots }: Pick<Platform, "snapshots">,
  { kind, id }: Name,
  now: Date,
  remove: () => Promise<void>,
): Promise<void> {
  const mark = `${kind}=${id}`;
  const index = { state: kind, owner: "", labels: {}, createTimeMs: now.getTime() };
  await snapshots.put(MARK, mark, { index, record: Buffer.from(JSON.stringify({ kind, id }), "utf8") });
  const owner = (await snapshots.get(kind, id))?.index.owner;
  try {
    for await (const other of everyResource(snapshots)) {
      // What another project writes is nothing to this one: by naming an id it must not keep what is not its own.
      if (other.snapshot.index.owner !== owner) continue;
      if ((other.kind === kind && other.snapshot.id === id) || !names(other.snapshot, id)) continue;
      const by = `${other.kind} ${other.snapshot.id}`;
      const message = `${kind} ${id} is needed by ${by}; delete that first`;
      throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind, id, state: "NEEDED", by });
    }
    await remove();
  } finally {
    await snapshots.remove(MARK, mark);
  }
}

/**
 * Waits until nothing that a stored resource names is being deleted.
 * @throws ServiceError notFound RESOURCE_UNKNOWN if something it names was, and then it is removed again
 */
export async function expectNotDeleting({ snapshots }: Pick<Platform, "snapshots">, { kind, id }: Name): Promise<void> {
  const own = await snapshots.get(kind, id);
  if (!own) return;
  const { items: marks } = await snapshots.list(MARK, { pageSize: 1000, pageToken: "" });
  for (const mark of marks) {
    const needed = JSON.parse(Buffer.from(mark.record).toString("utf8")) as Name;
    if (needed.id === id || !names(own, needed.id)) continue;
    const until = performance.now() + MARK_LASTS_MS;
    while (performance.now() < until && (await snapshots.get(MARK, mark.id))?.revision === mark.revision) {
      await sleep(LOOK_EVERY_MS);
    }
    if (await snapshots.get(needed.kind, needed.id)) continue;
    await snapshots.remove(kind, id);
    throw new ServiceError("notFound", "RESOURCE_UNKNOWN", `${needed.kind} ${needed.id} was deleted meanwhile`, {
      kind: needed.kind,
      id: needed.id,
    });
  }
}

function names({ record }: Snapshot, id: string): boolean {
  return Buffer.from(record.buffer, record.byteOffset, record.byteLength).includes(id);
}
