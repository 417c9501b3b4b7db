import { EventEmitter, once } from "node:events";
import { type FileHandle, mkdir, open, readdir, readFile, truncate } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type OnDiskFull, ServiceError, systemCode, VersionConflictError, writeError } from "../errors.js";
import type { EventLog, LogRecord } from "../ports.js";
import { frame, unframe } from "./frames.js";

const SUFFIX = ".log";

/** Event logs as files under a root, for one process; versions count from 1. */
export function openFileEventLog(root: string, onDiskFull?: OnDiskFull): EventLog & { close(): Promise<void> } {
  const logs = new Map<string, Promise<OpenLog>>();
  const changes = new EventEmitter().setMaxListeners(0);

  const opened = (name: string): Promise<OpenLog> => {
    let log = logs.get(name);
    if (!log) {
      log = openLog(fileOf(root, name), onDiskFull);
      logs.set(name, log);
      // A log that could not be opened is tried again at the next call.
      log.catch(() => logs.delete(name));
    }
    return log;
  };
  const after = async (name: string, version: number): Promise<LogRecord[]> => {
    const { records } = await opened(name);
    return records.slice(version).map((record, i) => ({ version: version + i + 1, record }));
  };

  return {
    async append(name, expectedVersion, record) {
      const log = await opened(name);
      const version = await log.append(name, expectedVersion, record);
      changes.emit(name);
      return version;
    },
    async *read(name, options) {
      yield* await after(name, options?.after ?? 0);
    },
    async last(name) {
      const { records } = await opened(name);
      const record = records.at(-1);
      return record && { version: records.length, record };
    },
    async *follow(name, { after: start = 0, signal }) {
      let seen = start;
      while (!signal.aborted) {
        const changed = once(changes, name, { signal }).catch(() => {});
        const fresh = await after(name, seen);
        for (const entry of fresh) {
          if (signal.aborted) return;
          seen = entry.version;
          yield entry;
        }
        // Listening began before reading, so nothing that came in between is missed.
        if (fresh.length === 0) await changed;
      }
    },
    async list(prefix) {
      const folder = join(root, ...prefix.split("/").slice(0, -1));
      let names: string[];
      try {
        names = await readdir(folder, { recursive: true });
      } catch (error) {
        if (systemCode(error) === "ENOENT") return [];
        throw error;
      }
      return names
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => relative(root, join(folder, name)).split(sep).join("/").slice(0, -SUFFIX.length))
        .filter((name) => name.startsWith(prefix))
        .sort();
    },
    async close() {
      const open = await Promise.allSettled(logs.values());
      logs.clear();
      for (const log of open) if (log.status === "fulfilled") await log.value.close();
    },
  };
}

interface OpenLog {
  records: Uint8Array[];
  append(name: string, expectedVersion: number, record: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Reads a log and cuts off what a crash tore; the file itself is opened at the first append. */
async function openLog(file: string, onDiskFull?: OnDiskFull): Promise<OpenLog> {
  let records: Uint8Array[] = [];
  try {
    const content = await readFile(file);
    const whole = unframe(content);
    records = whole.records;
    if (whole.end < content.length) await truncate(file, whole.end);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  let handle: FileHandle | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  return {
    records,
    append(name, expectedVersion, record) {
      const next = queue.then(async () => {
        if (records.length !== expectedVersion) throw new VersionConflictError(name, expectedVersion, records.length);
        const bytes = frame(record);
        try {
          if (!handle) {
            await mkdir(dirname(file), { recursive: true });
            handle = await open(file, "a");
          }
          await handle.appendFile(bytes);
          await handle.datasync();
        } catch (error) {
          throw writeError(error, file, onDiskFull);
        }
        records.push(record);
        return records.length;
      });
      queue = next.catch(() => {});
      return next;
    },
    async close() {
      await queue;
      await handle?.close();
      handle = undefined;
    },
  };
}

function fileOf(root: string, name: string): string {
  if (!/^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/.test(name)) {
    throw new ServiceError("invalid", "FIELD_INVALID", `"${name}" is not a log name`, { field: "log" });
  }
  return `${join(root, ...name.split("/"))}${SUFFIX}`;
}
