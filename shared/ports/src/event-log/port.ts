export interface LogRecord {
  /** Grows from record to record; not necessarily by one. */
  version: number;
  record: Uint8Array;
}

/**
 * Append-only logs by name ("search/searches/<id>", characters a-z 0-9 / _ -), for resources whose history matters.
 * What was appended survives any crash. Every method throws ServiceError unavailable while the broker is away.
 */
export interface EventLog {
  /**
   * Appends if the log's last version is `expectedVersion` (0 for an empty log) and returns the new version.
   * @throws VersionConflictError
   */
  append(log: string, expectedVersion: number, record: Uint8Array): Promise<number>;
  /** The records after a version, oldest first; nothing for an unknown log. */
  read(log: string, options?: { after?: number }): AsyncIterable<LogRecord>;
  last(log: string): Promise<LogRecord | undefined>;
  /** Like read, then every new record, until the signal aborts; then it ends without an error. */
  follow(log: string, options: { after?: number; signal: AbortSignal }): AsyncIterable<LogRecord>;
  /** Forgets a log, once its history stands elsewhere or is not wanted any more; no error for an unknown one. */
  remove(log: string): Promise<void>;
}
