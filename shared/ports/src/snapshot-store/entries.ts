import type { PageEnd } from "./page-token.js";
import type { SnapshotFilter, SnapshotIndex } from "./port.js";

/** What is known of a snapshot without its record. */
export interface Entry {
  id: string;
  revision: number;
  index: SnapshotIndex;
}

/** The index of every snapshot, in memory. */
export interface Entries {
  /** @param entry undefined: there is none any more */
  set(kind: string, id: string, entry: Entry | undefined): void;
  /** At most `limit` of a kind, in order, beyond where the page before ended. */
  page(kind: string, options: { filter: SnapshotFilter; newest: boolean; end?: PageEnd; limit: number }): Entry[];
  /** Those that have an entry, sorted. */
  kinds(): string[];
  clear(): void;
}

interface Kind {
  byId: Map<string, Entry>;
  /** Oldest first. */
  sorted: Entry[];
}

/** The latest entry of every id of a kind, in memory, in the order of their creation. */
export function createEntries(): Entries {
  const kinds = new Map<string, Kind>();
  return {
    set(name, id, entry) {
      const kind = kinds.get(name) ?? { byId: new Map(), sorted: [] };
      const before = kind.byId.get(id);
      if (before) kind.sorted.splice(position(kind.sorted, endOf(before)), 1);
      if (entry) {
        kind.byId.set(id, entry);
        kind.sorted.splice(position(kind.sorted, endOf(entry)), 0, entry);
        kinds.set(name, kind);
      } else {
        kind.byId.delete(id);
        if (kind.byId.size === 0) kinds.delete(name);
      }
    },
    page(name, { filter, newest, end, limit }) {
      const sorted = kinds.get(name)?.sorted ?? [];
      const found: Entry[] = [];
      const step = newest ? -1 : 1;
      let at = newest ? sorted.length - 1 : 0;
      if (end) {
        at = position(sorted, end);
        const there = sorted[at];
        if (newest) at--;
        else if (there && compare(endOf(there), end) === 0) at++;
      }
      for (; at >= 0 && at < sorted.length && found.length < limit; at += step) {
        const entry = sorted[at];
        if (entry && matches(entry.index, filter)) found.push(entry);
      }
      return found;
    },
    kinds: () => [...kinds.keys()].sort(),
    clear: () => kinds.clear(),
  };
}

/** Whether a filter lets a snapshot through. */
export function matches(index: SnapshotIndex, filter: SnapshotFilter): boolean {
  const { states, owner, labels = {}, createdFromMs, createdBeforeMs } = filter;
  return (
    (!states || states.includes(index.state)) &&
    (owner === undefined || index.owner === owner) &&
    (createdFromMs === undefined || index.createTimeMs >= createdFromMs) &&
    (createdBeforeMs === undefined || index.createTimeMs < createdBeforeMs) &&
    Object.entries(labels).every(([name, value]) => Object.hasOwn(index.labels, name) && index.labels[name] === value)
  );
}

/** Where an entry stands in the order of a kind. */
export function endOf({ id, index }: Entry): PageEnd {
  return { createTimeMs: index.createTimeMs, id };
}

/** The first that does not come before `end`. */
function position(sorted: readonly Entry[], end: PageEnd): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = sorted[middle];
    if (entry && compare(endOf(entry), end) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: PageEnd, b: PageEnd): number {
  if (a.createTimeMs !== b.createTimeMs) return a.createTimeMs - b.createTimeMs;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
