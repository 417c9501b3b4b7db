import type { Broker } from "../nats/broker.js";
import type { Delivered } from "../nats/pull.js";
import { followStream } from "../nats/read.js";
import type { StreamHandle } from "../nats/streams.js";
import { createEntries, type Entries } from "./entries.js";
import { indexOf } from "./messages.js";

/** Who waits for changes of one snapshot. */
export interface Watcher {
  /** The sequence that its owner has looked at. */
  seen: number;
  /** Resolves with the sequence of a change after `seen`; undefined if there is nothing more to hear. */
  change(signal: AbortSignal): Promise<number | undefined>;
  close(): void;
}

/** The one reader of a bucket that all lists and watches of a process share; it begins with the first of them. */
export interface SnapshotReader {
  /** The entries, with what was there at the start and what this process has put. @throws ServiceError unavailable */
  entries(what: string): Promise<Entries>;
  /** Tells that this process has put something. */
  wrote(sequence: number): void;
  /** @throws ServiceError unavailable at the start */
  watch(kind: string, id: string): Promise<Watcher>;
}

/** After that nobody waits to hear of a removal any more. */
const REMOVED_MS = 24 * 3600_000;

/** @param prefix of the subjects, which go on as "<kind>.<id>" */
export function createSnapshotReader(
  broker: Broker,
  stream: StreamHandle,
  prefix: string,
  signal: AbortSignal,
): SnapshotReader {
  const entries = createEntries();
  const watchers = new Map<string, Set<{ seen: number; latest: number; wake(): void }>>();
  /** What was read up to, has to be read for a list, and was the end of the stream at the last start. */
  let [reached, written, end] = [0, 0, 0];
  /** Counts streams: one that was lost and made anew has sequences of its own. */
  let streams = 0;
  let ended = signal.aborted;
  let waiting: (() => void)[] = [];
  const advance = (sequence = reached) => {
    reached = sequence;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const tellAll = (tell: (watcher: { seen: number; latest: number; wake(): void }) => void) => {
    for (const set of watchers.values()) for (const watcher of set) tell(watcher);
  };
  broker.onAvailable(() => advance());

  let purging = Promise.resolve();
  const purge = (subject: string, sequence: number) => {
    // Not what was put since.
    const request = { filter: subject, seq: sequence + 1 };
    purging = purging.then(() => broker.manager.streams.purge(stream.name, request)).then(noop, noop);
  };
  const take = ({ message, sequence, pending, timeMs }: Delivered) => {
    const { subject, headers } = message;
    const name = subject.slice(prefix.length);
    const [kind = "", id = ""] = name.split(".");
    const index = indexOf(headers);
    entries.set(kind, id, index && { id, revision: sequence, index });
    for (const watcher of watchers.get(name) ?? []) {
      watcher.latest = sequence;
      watcher.wake();
    }
    advance(pending === 0 ? Math.max(sequence, end) : sequence);
    if (!index && Date.now() - timeMs > REMOVED_MS) purge(subject, sequence);
  };
  const run = async (onStart: () => void) => {
    const options = {
      what: "read the snapshots",
      stream,
      subject: `${prefix}>`,
      after: reached,
      headersOnly: true,
      signal,
      onStart: (start: { end: number; anew: boolean }) => {
        end = start.end;
        if (start.anew) {
          streams++;
          entries.clear();
          written = 0;
          advance(0);
          tellAll((watcher) => {
            [watcher.seen, watcher.latest] = [0, 1];
            watcher.wake();
          });
        }
        written = Math.max(written, end);
        onStart();
      },
      // What was the end may be gone.
      onIdle: () => advance(Math.max(reached, end)),
    };
    for await (const delivered of followStream(broker, options)) take(delivered);
    ended = true;
    tellAll(({ wake }) => wake());
    advance();
  };
  let started: Promise<void> | undefined;
  const start = () => {
    started ??= new Promise<void>((resolve, reject) => {
      run(resolve).then(resolve, (err) => {
        started = undefined;
        reject(err);
        // Unless it never began, which whoever asked hears: what comes next begins it again, and it goes on from there.
        tellAll(({ wake }) => wake());
        advance();
      });
    });
    return started;
  };

  return {
    async entries(what) {
      await start();
      let [target, of] = [written, streams];
      while (reached < target && !ended) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        // Nothing comes while the broker is away.
        await broker.call(what, start);
        if (of !== streams) [target, of] = [written, streams];
      }
      return entries;
    },
    wrote: (sequence) => {
      written = Math.max(written, sequence);
    },
    async watch(kind, id) {
      await start();
      const name = `${kind}.${id}`;
      const set = watchers.get(name) ?? new Set();
      watchers.set(name, set);
      const state = { seen: 0, latest: 0, wake: noop };
      set.add(state);
      return {
        get seen() {
          return state.seen;
        },
        set seen(sequence) {
          state.seen = sequence;
        },
        async change(until) {
          for (;;) {
            await start();
            if (until.aborted || ended) return undefined;
            if (state.latest > state.seen) return state.latest;
            await new Promise<void>((resolve) => {
              state.wake = resolve;
              until.addEventListener("abort", state.wake, { once: true });
            }).finally(() => until.removeEventListener("abort", state.wake));
          }
        },
        close() {
          set.delete(state);
          if (set.size === 0) watchers.delete(name);
        },
      };
    },
  };
}

function noop(): void {}
