/** What lists can be narrowed and ordered by. */
export interface SnapshotIndex {
  /** For example "RUNNING". */
  state: string;
  /** Who it belongs to; empty: nobody. */
  owner: string;
  labels: Readonly<Record<string, string>>;
  createTimeMs: number;
}

/** The latest state of something. */
export interface Snapshot {
  id: string;
  /** Grows with every put of the id, also across removals. */
  revision: number;
  index: SnapshotIndex;
  record: Uint8Array;
}

export interface SnapshotFilter {
  /** One of these states. */
  states?: readonly string[];
  owner?: string;
  /** Each of these labels with this value. */
  labels?: Readonly<Record<string, string>>;
  createdFromMs?: number;
  createdBeforeMs?: number;
}

export interface SnapshotPage {
  filter?: SnapshotFilter;
  /** Newest first, unless "oldest". Equal times are ordered by id. */
  order?: "newest" | "oldest";
  /** At most 1000. */
  pageSize: number;
  /** Empty for the first page, then what the page before gave. */
  pageToken: string;
}

/**
 * The latest state of things by kind and id; no history. Kinds and ids are words of a-z A-Z 0-9 _ - (and = for ids).
 * What was put survives any crash, unless the store was opened as volatile. Every method throws ServiceError
 * unavailable while the broker is away; watches outlive outages.
 */
export interface SnapshotStore {
  get(kind: string, id: string): Promise<Snapshot | undefined>;
  /**
   * Replaces a snapshot if its revision is `expectedRevision` (0: there is none; undefined: whatever there is).
   * @returns the new revision
   * @throws VersionConflictError
   */
  put(
    kind: string,
    id: string,
    next: { index: SnapshotIndex; record: Uint8Array },
    expectedRevision?: number,
  ): Promise<number>;
  /** Removes a snapshot; no error if there is none. @throws VersionConflictError if its revision is another one */
  remove(kind: string, id: string, expectedRevision?: number): Promise<void>;
  /** A page in order; what this process has put is in it. @throws ServiceError invalid FIELD_INVALID for a bad token */
  list(kind: string, page: SnapshotPage): Promise<{ items: Snapshot[]; nextPageToken: string }>;
  /** Every kind that has a snapshot, sorted. */
  kinds(): Promise<string[]>;
  /**
   * The snapshot now and after every change, until it is removed or the signal aborts; then it ends without an error.
   * Who is slow gets the latest one, not all between. All watchers of a process share one reader of the store.
   * @param options.awaits whether to wait for a snapshot that is not there, or not any more, instead of ending
   */
  watch(kind: string, id: string, signal: AbortSignal, options?: { awaits?: boolean }): AsyncIterable<Snapshot>;
}
