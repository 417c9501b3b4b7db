import { setTimeout } from "node:timers/promises";
import { isUnavailable, VersionConflictError } from "@climb/runtime";
import type { MsgHdrs } from "nats";
import { inOrder } from "../in-order.js";
import type { Broker } from "../nats/broker.js";
import { API_ERRORS, isApiError } from "../nats/errors.js";
import { bucketConfig, lastOf, lazyStream, type StoredMessage } from "../nats/streams.js";
import { endOf, matches } from "./entries.js";
import { indexHeaders, indexOf, removalHeaders } from "./messages.js";
import { checkKind, checkSnapshotName } from "./names.js";
import { fromPageToken, MAX_PAGE_SIZE, toPageToken } from "./page-token.js";
import type { Snapshot, SnapshotStore } from "./port.js";
import { createSnapshotReader } from "./reader.js";

const FETCH_AT_ONCE = 32;
const RETRY_MS = 500;

/**
 * Snapshots in a bucket of JetStream, a subject each. A revision is the message's sequence in the stream; a removal is
 * a message too, so that watchers hear of it.
 * @param signal ends what lists and watches share
 * @param options.volatile in the server's memory, gone with it
 */
export function openJetStreamSnapshots(
  broker: Broker,
  signal: AbortSignal,
  options: { volatile?: boolean } = {},
): SnapshotStore {
  const { volatile = false } = options;
  const bucket = `${broker.namespace.toUpperCase()}_${volatile ? "PROGRESS" : "SNAPSHOTS"}`;
  const prefix = `$KV.${bucket}.`;
  const stream = lazyStream(broker, bucketConfig(bucket, volatile));
  const reader = createSnapshotReader(broker, stream, prefix, signal);
  const subjectOf = (kind: string, id: string) => {
    checkSnapshotName(kind, id);
    return `${prefix}${kind}.${id}`;
  };
  const find = async (kind: string, id: string, atLeast?: number) => {
    const subject = subjectOf(kind, id);
    return stream.use(`read ${kind}/${id}`, async () =>
      toSnapshot(id, await lastOf(broker, stream.name, subject, atLeast)),
    );
  };
  const write = (kind: string, id: string, message: { data: Uint8Array; headers: MsgHdrs }, expected?: number) => {
    const subject = subjectOf(kind, id);
    const { data, headers } = message;
    return stream.use(`write ${kind}/${id}`, async () => {
      for (let last = expected; ; ) {
        if (last !== undefined) headers.set("Nats-Expected-Last-Subject-Sequence", String(last));
        try {
          const revision = await broker.publish(subject, data, headers);
          reader.wrote(revision);
          return revision;
        } catch (error) {
          if (expected === undefined || !isApiError(error, API_ERRORS.wrongLastSequence)) throw error;
          const found = await lastOf(broker, stream.name, subject);
          const revision = toSnapshot(id, found)?.revision ?? 0;
          if (revision !== expected) throw new VersionConflictError(`${kind}/${id}`, expected, revision);
          // There is none, as was expected: only what is left of one that was removed.
          last = found?.sequence ?? 0;
        }
      }
    });
  };

  return {
    get: async (kind, id) => find(kind, id),
    put: async (kind, id, { index, record }, expectedRevision) =>
      write(kind, id, { data: record, headers: indexHeaders(index) }, expectedRevision),
    async remove(kind, id, expectedRevision) {
      const revision = (await find(kind, id))?.revision ?? 0;
      if (expectedRevision !== undefined && revision !== expectedRevision) {
        throw new VersionConflictError(`${kind}/${id}`, expectedRevision, revision);
      }
      if (revision > 0) await write(kind, id, { data: new Uint8Array(), headers: removalHeaders() }, expectedRevision);
    },
    async list(kind, { filter = {}, order = "newest", pageSize, pageToken }) {
      checkKind(kind);
      const size = Math.min(MAX_PAGE_SIZE, Math.max(1, pageSize));
      const end = fromPageToken(pageToken);
      const entries = await reader.entries(`list ${kind}`);
      const found = entries.page(kind, { filter, newest: order === "newest", end, limit: size + 1 });
      const page = found.slice(0, size);
      const items: Snapshot[] = [];
      for await (const snapshot of inOrder(page, FETCH_AT_ONCE, ({ id, revision }) => find(kind, id, revision))) {
        // It may be gone or another one meanwhile.
        if (snapshot && matches(snapshot.index, filter)) items.push(snapshot);
      }
      const last = page.at(-1);
      return { items, nextPageToken: found.length > size && last ? toPageToken(endOf(last)) : "" };
    },
    kinds: async () => (await reader.entries("list the kinds of snapshots")).kinds(),
    async *watch(kind, id, until, { awaits = false } = {}) {
      checkSnapshotName(kind, id);
      if (until.aborted) return;
      const watcher = await reader.watch(kind, id);
      try {
        // Whatever comes after this look, the watcher hears of.
        let snapshot = await find(kind, id);
        while ((snapshot || awaits) && !until.aborted) {
          if (snapshot && snapshot.revision > watcher.seen) {
            watcher.seen = snapshot.revision;
            yield snapshot;
          }
          const change = await watcher.change(until);
          if (change === undefined) return;
          snapshot = await outliving(() => find(kind, id, change), until);
          if (!snapshot) watcher.seen = Math.max(watcher.seen, change);
        }
      } finally {
        watcher.close();
      }
    },
  };
}

/** Tries again while the broker is away. Undefined if the signal aborts. */
async function outliving<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await setTimeout(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

/** Undefined for none, and for what is left of one that was removed. */
function toSnapshot(id: string, message: StoredMessage | undefined): Snapshot | undefined {
  const index = indexOf(message?.headers);
  return message && index && { id, revision: message.sequence, index, record: message.data };
}
