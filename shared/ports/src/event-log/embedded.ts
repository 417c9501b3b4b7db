import { VersionConflictError } from "@climb/runtime";
import type { EmbeddedDatabase, Sql } from "../database/database.js";
import { createWakers } from "../database/wakers.js";
import { checkLogName } from "./names.js";
import type { EventLog, LogRecord } from "./port.js";

const PAGE = 256;

/** Event logs in the embedded database; versions count from 1. */
export function openEmbeddedEventLog({ sql, write }: EmbeddedDatabase): EventLog {
  const wakers = createWakers();
  const after = (name: string, version: number) =>
    sql
      .all<{ version: number; record: Uint8Array }>(
        `SELECT version, record FROM log WHERE name = ? AND version > ? ORDER BY version LIMIT ${PAGE}`,
        name,
        version,
      )
      .map(({ version, record }): LogRecord => ({ version, record: new Uint8Array(record) }));

  return {
    async append(name, expectedVersion, record) {
      checkLogName(name);
      const version = await write((at) => {
        const found = lastVersion(at, name);
        if (found !== expectedVersion) throw new VersionConflictError(name, expectedVersion, found);
        at.run("INSERT INTO log (name, version, record) VALUES (?, ?, ?)", name, found + 1, Buffer.from(record));
        return found + 1;
      });
      wakers.wake(name);
      return version;
    },
    async *read(name, options) {
      checkLogName(name);
      let seen = options?.after ?? 0;
      for (let page = after(name, seen); page.length > 0; page = after(name, seen)) {
        for (const entry of page) {
          seen = entry.version;
          yield entry;
        }
      }
    },
    async last(name) {
      checkLogName(name);
      const version = lastVersion(sql, name);
      return after(name, version - 1)[0];
    },
    async *follow(name, { after: start = 0, signal }) {
      checkLogName(name);
      let seen = start;
      while (!signal.aborted) {
        const fresh = after(name, seen);
        for (const entry of fresh) {
          if (signal.aborted) return;
          seen = entry.version;
          yield entry;
        }
        // Nothing is missed: looking and beginning to wait are one synchronous step.
        if (fresh.length === 0) await wakers.next(name, signal);
      }
    },
    async remove(name) {
      checkLogName(name);
      await write((at) => at.run("DELETE FROM log WHERE name = ?", name));
    },
  };
}

function lastVersion(sql: Sql, name: string): number {
  return (
    sql.get<{ version: number | null }>("SELECT max(version) AS version FROM log WHERE name = ?", name)?.version ?? 0
  );
}
