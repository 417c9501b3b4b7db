import { createHash } from "node:crypto";
import type { ArtifactRef, ArtifactStore } from "../artifact-store/port.js";
import { readWhole } from "../artifact-store/read.js";
import type { EventLog, LogRecord } from "../event-log/port.js";
import type { Snapshot, SnapshotStore } from "../snapshot-store/port.js";

/** First byte of every record: what follows is the record, or says where it is. */
const [HERE, ELSEWHERE] = [0, 1];

interface Packer {
  pack(owner: string, record: Uint8Array): Promise<Uint8Array>;
  unpack(packed: Uint8Array): Promise<Uint8Array>;
  /** Forgets the large records of an owner. */
  remove(owner: string): Promise<void>;
}

/** @param maxBytes largest record that the broker takes */
function packerOf(artifacts: ArtifactStore, maxBytes: number): Packer {
  const folder = (owner: string) => `records/${owner}/`;
  return {
    async pack(owner, record) {
      if (record.length + 1 <= maxBytes) return Buffer.concat([Buffer.of(HERE), record]);
      const digest = createHash("sha256").update(record).digest("hex");
      const ref = await artifacts.put(folder(owner) + digest, record);
      return Buffer.concat([Buffer.of(ELSEWHERE), Buffer.from(JSON.stringify(ref), "utf8")]);
    },
    async unpack(packed) {
      const rest = packed.subarray(1);
      if (packed[0] !== ELSEWHERE) return rest;
      return readWhole(artifacts, JSON.parse(Buffer.from(rest).toString("utf8")) as ArtifactRef);
    },
    async remove(owner) {
      for await (const { path } of artifacts.list(folder(owner))) await artifacts.remove(path);
    },
  };
}

/** Snapshots of any size: those above the broker's limit are artifacts that their record refers to. */
export function withLargeSnapshots(store: SnapshotStore, artifacts: ArtifactStore, maxBytes: number): SnapshotStore {
  const packer = packerOf(artifacts, maxBytes);
  const unpacked = async (snapshot: Snapshot) => ({ ...snapshot, record: await packer.unpack(snapshot.record) });
  return {
    ...store,
    async get(kind, id) {
      const found = await store.get(kind, id);
      return found && unpacked(found);
    },
    put: async (kind, id, { index, record }, expectedRevision) =>
      store.put(kind, id, { index, record: await packer.pack(`${kind}/${id}`, record) }, expectedRevision),
    async remove(kind, id, expectedRevision) {
      await store.remove(kind, id, expectedRevision);
      await packer.remove(`${kind}/${id}`);
    },
    async list(kind, page) {
      const { items, nextPageToken } = await store.list(kind, page);
      return { items: await Promise.all(items.map(unpacked)), nextPageToken };
    },
    async *watch(kind, id, signal) {
      for await (const snapshot of store.watch(kind, id, signal)) yield await unpacked(snapshot);
    },
  };
}

/** Event logs with records of any size, as {@link withLargeSnapshots}. */
export function withLargeEvents(logs: EventLog, artifacts: ArtifactStore, maxBytes: number): EventLog {
  const packer = packerOf(artifacts, maxBytes);
  const unpacked = async (entry: LogRecord) => ({ ...entry, record: await packer.unpack(entry.record) });
  return {
    append: async (log, expectedVersion, record) => logs.append(log, expectedVersion, await packer.pack(log, record)),
    async *read(log, options) {
      for await (const entry of logs.read(log, options)) yield await unpacked(entry);
    },
    async last(log) {
      const found = await logs.last(log);
      return found && unpacked(found);
    },
    async *follow(log, options) {
      for await (const entry of logs.follow(log, options)) yield await unpacked(entry);
    },
    async remove(log) {
      await logs.remove(log);
      await packer.remove(log);
    },
  };
}
