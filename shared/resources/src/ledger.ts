import type { Platform } from "@climb/ports";
import { Cost, LedgerEntry } from "@climb/proto/common/v1/ledger";
import { everySnapshot } from "./every-snapshot.js";

/** The kind under which entries are stored; they are no resources. */
export const LEDGER = "ledger";

/** What the work at a resource took, over all attempts. */
export interface WorkCost {
  seconds: number;
  tokens: number;
  bytes: number;
}

/** The end of an attempt at a resource. */
interface Ended {
  kind: string;
  id: string;
  attempt: number;
  owner: string;
  endTime: Date;
  /** Over all attempts since the resource was made. */
  total: WorkCost;
}

type Store = Pick<Platform, "snapshots">;

/**
 * Enters what an attempt took beyond those before it. At least once: the same attempt has the same entry. Entries stay when
 * their resource is deleted, because what was used was used.
 */
export async function enterCost({ snapshots }: Store, ended: Ended): Promise<void> {
  const { kind, id, attempt, owner, endTime, total } = ended;
  const of = `${kind}=${id}`;
  const own = `${of}=${attempt}`;
  const before = { seconds: 0, tokens: 0, bytes: 0 };
  for await (const snapshot of everySnapshot(snapshots, LEDGER, { labels: { of } })) {
    if (snapshot.id !== own) add(before, LedgerEntry.decode(snapshot.record).cost);
  }
  const cost = Cost.fromPartial({
    seconds: Math.max(0, total.seconds - before.seconds),
    tokens: BigInt(Math.max(0, total.tokens - before.tokens)),
    bytes: BigInt(Math.max(0, total.bytes - before.bytes)),
  });
  const record = LedgerEntry.encode({ kind, id, cost, endTime }).finish();
  const index = { state: kind, owner, labels: { of }, createTimeMs: endTime.getTime() };
  await snapshots.put(LEDGER, own, { index, record });
}

/** Has a resource that is deleted count anew when it is made again. */
export async function closeAccount({ snapshots }: Store, kind: string, id: string): Promise<void> {
  for await (const { id: entry, index, record } of everySnapshot(snapshots, LEDGER, {
    labels: { of: `${kind}=${id}` },
  })) {
    await snapshots.put(LEDGER, entry, { index: { ...index, labels: {} }, record });
  }
}

/** What ended since a time took. @param owner of one project alone; of all, unless given */
export async function* entriesSince(
  { snapshots }: Store,
  since: Date,
  owner?: string,
): AsyncGenerator<{ owner: string; timeMs: number; cost: WorkCost }> {
  const filter = { createdFromMs: since.getTime(), ...(owner !== undefined && { owner }) };
  for await (const { index, record } of everySnapshot(snapshots, LEDGER, filter)) {
    const cost = { seconds: 0, tokens: 0, bytes: 0 };
    add(cost, LedgerEntry.decode(record).cost);
    yield { owner: index.owner, timeMs: index.createTimeMs, cost };
  }
}

/** Adds what an entry says to a sum. */
export function add(sum: WorkCost, cost: Cost | WorkCost | undefined): void {
  sum.seconds += cost?.seconds ?? 0;
  sum.tokens += Number(cost?.tokens ?? 0);
  sum.bytes += Number(cost?.bytes ?? 0);
}

/** Bytes of the artifacts that a resource names outside of what was asked for. */
export function bytesNamedIn(resource: object): number {
  const sizes = new Map<string, number>();
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Date) return;
    const { uri, sizeBytes } = value as { uri?: unknown; sizeBytes?: unknown };
    if (typeof uri === "string" && typeof sizeBytes === "bigint") sizes.set(uri, Number(sizeBytes));
    else for (const inner of Object.values(value)) visit(inner);
  };
  for (const [field, value] of Object.entries(resource)) if (!ASKED.has(field)) visit(value);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Fields that say what was asked for. */
const ASKED = new Set(["spec", "targets"]);
