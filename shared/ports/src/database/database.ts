import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OnDiskFull, ServiceError } from "@climb/runtime";
import Database from "libsql";

type Value = string | number | bigint | Uint8Array | null;

/** Statements of one database; each is prepared once, however often it runs. */
export interface Sql {
  run(statement: string, ...values: Value[]): { changes: number };
  get<Row>(statement: string, ...values: Value[]): Row | undefined;
  all<Row>(statement: string, ...values: Value[]): Row[];
}

/** The embedded database: one file, one process, every commit on the disk before it counts. */
export interface EmbeddedDatabase {
  /** For reading, at any time. */
  readonly sql: Sql;
  /**
   * Runs work in the next commit and resolves with its result once that is on the disk. What is asked for meanwhile
   * shares the commit, so that a thousand writers wait for one fsync. Work must look before it writes: if it throws,
   * what it wrote before is not taken back.
   * @throws what the work threw; ServiceError exhausted DISK_FULL, and then nothing of the commit is there
   */
  write<T>(work: (sql: Sql) => T): Promise<T>;
  close(): Promise<void>;
}

interface Pending {
  work(sql: Sql): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** What SQLite says when there is no room: a quota or a file-size limit is an I/O error to it. */
const NO_ROOM = /^SQLITE_(FULL|IOERR_WRITE|IOERR_FSYNC|IOERR_DIR_FSYNC|IOERR_TRUNCATE|IOERR)$/;

/**
 * Opens the database of a data directory, and makes this process the only one that uses the directory: the system lets
 * go of the lock when the process ends, however it ends.
 * @param dataDir undefined: in memory, gone with the process
 * @throws ServiceError wrongState DATA_DIR_LOCKED naming the process that has it; exhausted DISK_FULL
 */
export function openDatabase(dataDir: string | undefined, onDiskFull?: OnDiskFull): EmbeddedDatabase {
  const file = dataDir === undefined ? ":memory:" : join(dataDir, "climb.db");
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const full = (error: unknown): unknown => {
    if (!NO_ROOM.test(codeOf(error))) return error;
    const message = `the disk is full: ${file} could not be written`;
    const said = new ServiceError("exhausted", "DISK_FULL", message, { path: file }, { cause: error });
    onDiskFull?.(said);
    return said;
  };
  const database = new Database(file);
  const statements = new Map<string, Database.Statement>();
  let closed = false;
  const prepared = (statement: string) => {
    // The library ends the process of who uses a closed database.
    if (closed) throw new Error("the database is closed");
    let known = statements.get(statement);
    if (!known) {
      known = database.prepare(statement);
      statements.set(statement, known);
    }
    return known;
  };
  const sql: Sql = {
    run: (statement, ...values) => prepared(statement).run(...values),
    get: <Row>(statement: string, ...values: Value[]) => prepared(statement).get(...values) as Row | undefined,
    all: <Row>(statement: string, ...values: Value[]) => prepared(statement).all(...values) as Row[],
  };
  try {
    // One process for good, so no lock is taken and given back at each access.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec(SCHEMA);
    addTimeOfJobs(database);
  } catch (error) {
    database.close();
    if (dataDir !== undefined && /^SQLITE_BUSY|^SQLITE_LOCKED/.test(codeOf(error))) throw lockedBy(dataDir);
    throw full(error);
  }
  if (dataDir !== undefined) tellOwner(dataDir);

  let pending: Pending[] = [];
  const commit = () => {
    const batch = pending;
    // The end has written it before its turn came.
    if (batch.length === 0) return;
    pending = [];
    const outcomes: (() => void)[] = [];
    try {
      database.exec("BEGIN IMMEDIATE");
      for (const { work, resolve, reject } of batch) {
        try {
          const result = work(sql);
          outcomes.push(() => resolve(result));
        } catch (error) {
          if (NO_ROOM.test(codeOf(error))) throw error;
          outcomes.push(() => reject(error));
        }
      }
      database.exec("COMMIT");
    } catch (error) {
      // A failed commit may have rolled back by itself.
      if (database.inTransaction) database.exec("ROLLBACK");
      const said = full(error);
      for (const { reject } of batch) reject(said);
      return;
    }
    for (const tell of outcomes) tell();
  };
  return {
    sql,
    write: <T>(work: (sql: Sql) => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new Error("the database is closed"));
        if (pending.length === 0) setImmediate(commit);
        pending.push({ work, resolve: resolve as (result: unknown) => void, reject });
      }),
    async close() {
      if (closed) return;
      commit();
      closed = true;
      letGo(database);
    },
  };
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log (
    name TEXT NOT NULL, version INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (name, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, payload BLOB NOT NULL,
    headers TEXT NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    time INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX IF NOT EXISTS jobs_by_id ON jobs (queue, id);
  CREATE INDEX IF NOT EXISTS jobs_in_order ON jobs (queue, seq);
  CREATE TABLE IF NOT EXISTS dead (
    queue TEXT NOT NULL, id TEXT NOT NULL, payload BLOB NOT NULL, deliveries INTEGER NOT NULL, reason TEXT NOT NULL,
    time INTEGER NOT NULL, PRIMARY KEY (queue, id)
  );
  CREATE TABLE IF NOT EXISTS snapshots (
    kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL,
    labels TEXT NOT NULL, created INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (kind, id)
  );
  CREATE INDEX IF NOT EXISTS snapshots_by_time ON snapshots (kind, created, id);
`;

/** A data directory of an earlier version has jobs without the time at which they were queued. */
function addTimeOfJobs(database: Database.Database): void {
  const columns = database.prepare("PRAGMA table_info(jobs)").all() as { name: string }[];
  if (columns.some(({ name }) => name === "time")) return;
  database.exec("ALTER TABLE jobs ADD COLUMN time INTEGER NOT NULL DEFAULT 0");
}

/** Closes a database so that it can be opened again at once: statements keep it open until they are collected. */
function letGo(database: Database.Database): void {
  try {
    // In WAL mode a lock for good cannot be given up.
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM counters");
  } catch {
    // The disk is full: the lock goes with the process, and what is committed stays in the WAL.
  }
  database.close();
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Who has a directory, for the message that refuses it to others. */
function tellOwner(dataDir: string): void {
  writeFileSync(join(dataDir, "owner"), String(process.pid));
}

function lockedBy(dataDir: string): ServiceError {
  let pid = "";
  try {
    pid = readFileSync(join(dataDir, "owner"), "utf8");
  } catch {
    // It has just opened the directory and is about to say so.
  }
  const message = `${dataDir} is in use by process ${pid}; stop it, or give another --data-dir`;
  return new ServiceError("wrongState", "DATA_DIR_LOCKED", message, { path: dataDir, pid });
}
