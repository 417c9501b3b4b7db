import { VersionConflictError } from "@climb/runtime";
import type { EmbeddedDatabase, Sql } from "../database/database.js";
import { createWakers } from "../database/wakers.js";
import { checkKind, checkSnapshotName } from "./names.js";
import { fromPageToken, MAX_PAGE_SIZE, toPageToken } from "./page-token.js";
import type { Snapshot, SnapshotFilter, SnapshotStore } from "./port.js";

interface Row {
  id: string;
  revision: number;
  state: string;
  owner: string;
  labels: string;
  created: number;
  record: Uint8Array;
}

const COLUMNS = "id, revision, state, owner, labels, created, record";

/** Snapshots in the embedded database; of one in memory, for what may be gone with the process. */
export function openEmbeddedSnapshots({ sql, write }: EmbeddedDatabase): SnapshotStore {
  const wakers = createWakers();
  const find = (at: Sql, kind: string, id: string) => {
    const row = at.get<Row>(`SELECT ${COLUMNS} FROM snapshots WHERE kind = ? AND id = ?`, kind, id);
    return row && toSnapshot(row);
  };
  const expect = (at: Sql, kind: string, id: string, expected: number | undefined) => {
    const found = find(at, kind, id)?.revision ?? 0;
    if (expected !== undefined && found !== expected) throw new VersionConflictError(`${kind}/${id}`, expected, found);
  };

  return {
    async get(kind, id) {
      checkSnapshotName(kind, id);
      return find(sql, kind, id);
    },
    async put(kind, id, { index, record }, expectedRevision) {
      checkSnapshotName(kind, id);
      const revision = await write((at) => {
        expect(at, kind, id, expectedRevision);
        const revision = nextRevision(at);
        at.run(
          `INSERT OR REPLACE INTO snapshots (kind, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          kind,
          id,
          revision,
          index.state,
          index.owner,
          JSON.stringify(index.labels),
          index.createTimeMs,
          Buffer.from(record),
        );
        return revision;
      });
      wakers.wake(`${kind}/${id}`);
      return revision;
    },
    async remove(kind, id, expectedRevision) {
      checkSnapshotName(kind, id);
      await write((at) => {
        expect(at, kind, id, expectedRevision);
        at.run("DELETE FROM snapshots WHERE kind = ? AND id = ?", kind, id);
      });
      wakers.wake(`${kind}/${id}`);
    },
    async list(kind, { filter = {}, order = "newest", pageSize, pageToken }) {
      checkKind(kind);
      const size = Math.min(MAX_PAGE_SIZE, Math.max(1, pageSize));
      const end = fromPageToken(pageToken);
      const { conditions, values } = conditionsOf(filter);
      const [direction, beyond] = order === "newest" ? ["DESC", "<"] : ["ASC", ">"];
      if (end) {
        conditions.push(`(created, id) ${beyond} (?, ?)`);
        values.push(end.createTimeMs, end.id);
      }
      const rows = sql.all<Row>(
        `SELECT ${COLUMNS} FROM snapshots WHERE ${["kind = ?", ...conditions].join(" AND ")}
         ORDER BY created ${direction}, id ${direction} LIMIT ${size + 1}`,
        kind,
        ...values,
      );
      const items = rows.slice(0, size).map(toSnapshot);
      const last = items.at(-1);
      const more = rows.length > size && last;
      return { items, nextPageToken: more ? toPageToken({ createTimeMs: last.index.createTimeMs, id: last.id }) : "" };
    },
    kinds: async () =>
      sql.all<{ kind: string }>("SELECT DISTINCT kind FROM snapshots ORDER BY kind").map(({ kind }) => kind),
    async *watch(kind, id, signal, { awaits = false } = {}) {
      checkSnapshotName(kind, id);
      let seen = 0;
      while (!signal.aborted) {
        const snapshot = find(sql, kind, id);
        if (!snapshot && !awaits) return;
        if (snapshot && snapshot.revision > seen) {
          seen = snapshot.revision;
          yield snapshot;
        } else {
          // Nothing is missed: looking and beginning to wait are one synchronous step.
          await wakers.next(`${kind}/${id}`, signal);
        }
      }
    },
  };
}

function conditionsOf({ states, owner, labels = {}, createdFromMs, createdBeforeMs }: SnapshotFilter) {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...given: (string | number)[]) => {
    conditions.push(condition);
    for (const value of given) values.push(value);
  };
  if (states) add("state IN (SELECT value FROM json_each(?))", JSON.stringify(states));
  if (owner !== undefined) add("owner = ?", owner);
  for (const [name, value] of Object.entries(labels)) {
    add("EXISTS (SELECT 1 FROM json_each(labels) WHERE key = ? AND value = ?)", name, value);
  }
  if (createdFromMs !== undefined) add("created >= ?", createdFromMs);
  if (createdBeforeMs !== undefined) add("created < ?", createdBeforeMs);
  return { conditions, values };
}

/** Of all snapshots one counter, so that a removed one that comes again goes on where it was. */
function nextRevision(sql: Sql): number {
  sql.run(
    "INSERT INTO counters (name, value) VALUES ('revision', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
  );
  return sql.get<{ value: number }>("SELECT value FROM counters WHERE name = 'revision'")?.value ?? 0;
}

function toSnapshot({ id, revision, state, owner, labels, created, record }: Row): Snapshot {
  const index = { state, owner, labels: JSON.parse(labels) as Record<string, string>, createTimeMs: created };
  return { id, revision, index, record: new Uint8Array(record) };
}
