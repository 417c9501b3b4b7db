/** Watches of one process: all who watch the same thing are told by one reader. */
export interface SharedWatches<V> {
  /** What there is now, and then the latest after each change; ends with the reader, throws what it throws. */
  watch(id: string, signal: AbortSignal): AsyncGenerator<V>;
}

interface Reader<V> {
  /** How many values were read, the last of them, and the last that watchers were told. */
  count: number;
  latest: V | undefined;
  told: { value: V; count: number } | undefined;
  end: { error?: unknown } | undefined;
  waiting: Set<() => void>;
  watchers: number;
  stop: AbortController;
}

/**
 * A thousand watchers cost what they are sent, and no more; they are told of changes at most so often, and of the last at
 * once.
 * @param read what there is of an id, and each change, until the signal aborts
 */
export function shareWatches<V>(
  read: (id: string, signal: AbortSignal) => AsyncIterable<V>,
  isLast: (value: V) => boolean,
  everyMs = 1000,
): SharedWatches<V> {
  const readers = new Map<string, Reader<V>>();
  return {
    async *watch(id, signal) {
      const reader = readers.get(id) ?? openReader(read, isLast, everyMs, id, () => readers.delete(id));
      readers.set(id, reader);
      reader.watchers++;
      try {
        yield* toldBy(reader, signal);
      } finally {
        reader.watchers--;
        if (reader.watchers === 0) {
          if (readers.get(id) === reader) readers.delete(id);
          reader.stop.abort();
        }
      }
    },
  };
}

function openReader<V>(
  read: (id: string, signal: AbortSignal) => AsyncIterable<V>,
  isLast: (value: V) => boolean,
  everyMs: number,
  id: string,
  onEnd: () => void,
): Reader<V> {
  const reader: Reader<V> = {
    count: 0,
    latest: undefined,
    told: undefined,
    end: undefined,
    waiting: new Set(),
    watchers: 0,
    stop: new AbortController(),
  };
  let toldMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const wakeAll = () => {
    for (const wake of [...reader.waiting]) wake();
  };
  const tell = () => {
    clearTimeout(timer);
    [timer, toldMs] = [undefined, performance.now()];
    reader.told = { value: reader.latest as V, count: reader.count };
    wakeAll();
  };
  const follow = async () => {
    for await (const value of read(id, reader.stop.signal)) {
      [reader.latest, reader.count] = [value, reader.count + 1];
      const waitMs = toldMs + everyMs - performance.now();
      if (waitMs <= 0 || isLast(value)) tell();
      else timer ??= setTimeout(tell, waitMs).unref();
    }
  };
  const close = (end: { error?: unknown }) => {
    if (timer) tell();
    reader.end = end;
    onEnd();
    wakeAll();
  };
  follow().then(
    () => close({}),
    (error) => close({ error }),
  );
  return reader;
}

async function* toldBy<V>(reader: Reader<V>, signal: AbortSignal): AsyncGenerator<V> {
  let seen = 0;
  if (reader.count > 0) {
    seen = reader.count;
    yield reader.latest as V;
  }
  while (!signal.aborted) {
    if (reader.told && reader.told.count > seen) {
      seen = reader.told.count;
      yield reader.told.value;
    } else if (reader.end) {
      if ("error" in reader.end) throw reader.end.error;
      return;
    } else {
      await new Promise<void>((resolve) => {
        const wake = () => {
          reader.waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        reader.waiting.add(wake);
        signal.addEventListener("abort", wake);
      });
    }
  }
}
