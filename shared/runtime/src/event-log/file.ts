import { readdir, readFile, truncate } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type AppendFile, openAppendFile } from "../durable-file.js";
import { type OnDiskFull, systemCode, VersionConflictError } from "../errors.js";
import type { EventLog, LogRecord } from "../ports.js";
import { frame, unframe } from "./frames.js";
import { checkLogName, checkLogPrefix } from "./names.js";

const SUFFIX = ".log";

/** Event logs as files under a root, for one process; versions count from 1. */
export function openFileEventLog(root: string, onDiskFull?: OnDiskFull): EventLog & { close(): Promise<void> } {
  const logs = new Map<string, Promise<OpenLog>>();
  /** Who follows a log and waits for its next record. */
  const waiters = new Map<string, Set<() => void>>();

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
  const wake = (name: string) => {
    for (const waiter of waiters.get(name) ?? []) waiter();
    waiters.delete(name);
  };
  /** Resolves at the log's next record or when the signal aborts, and then listens to neither. */
  const nextRecord = (name: string, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const waiting = waiters.get(name) ?? new Set();
      waiters.set(name, waiting);
      const done = () => {
        waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  const after = ({ records }: OpenLog, version: number): LogRecord[] =>
    records.slice(version).map((record, i) => ({ version: version + i + 1, record }));

  return {
    async append(name, expectedVersion, record) {
      const log = await opened(name);
      const version = await log.append(name, expectedVersion, record);
      wake(name);
      return version;
    },
    async *read(name, options) {
      yield* after(await opened(name), options?.after ?? 0);
    },
    async last(name) {
      const { records } = await opened(name);
      const record = records.at(-1);
      return record && { version: records.length, record };
    },
    async *follow(name, { after: start = 0, signal }) {
      let seen = start;
      while (!signal.aborted) {
        const fresh = after(await opened(name), seen);
        for (const entry of fresh) {
          if (signal.aborted) return;
          seen = entry.version;
          yield entry;
        }
        // Nothing is missed: looking and beginning to wait are one synchronous step.
        if (fresh.length === 0) await nextRecord(name, signal);
      }
    },
    async list(prefix) {
      checkLogPrefix(prefix);
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
  let appending: AppendFile | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  return {
    records,
    append(name, expectedVersion, record) {
      const next = queue.then(async () => {
        if (records.length !== expectedVersion) throw new VersionConflictError(name, expectedVersion, records.length);
        appending ??= await openAppendFile(file, onDiskFull);
        await appending.append(frame(record));
        records.push(record);
        return records.length;
      });
      queue = next.catch(() => {});
      return next;
    },
    async close() {
      await queue;
      await appending?.close();
      appending = undefined;
    },
  };
}

function fileOf(root: string, name: string): string {
  checkLogName(name);
  return `${join(root, ...name.split("/"))}${SUFFIX}`;
}
