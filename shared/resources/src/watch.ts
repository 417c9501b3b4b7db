import type { Snapshot } from "@climb/ports";

/** Where a watch gets what it shows. */
export interface Watched<T> {
  states(): AsyncIterable<Snapshot>;
  /** Until the signal aborts, also if nothing is told yet. */
  progress(until: AbortSignal): AsyncIterable<Snapshot>;
  decode(snapshot: Snapshot): { resource: T; sequence: bigint };
  isRunning(resource: T): boolean;
  show(resource: T, progress: Snapshot): T;
}

/** A resource's states with the progress of its work, as either changes; the latest of both for who is slow. */
export async function* watchWithProgress<T>(
  watched: Watched<T>,
  signal: AbortSignal,
): AsyncGenerator<{ sequence: bigint; resource: T }> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  let state: { resource: T; sequence: bigint } | undefined;
  let told: Snapshot | undefined;
  let failure: { error: unknown } | undefined;
  let changed = false;
  let ended = false;
  let wake = () => {};
  const news = () => {
    changed = true;
    wake();
  };
  const followProgress = async () => {
    for await (const snapshot of watched.progress(until)) {
      told = snapshot;
      news();
    }
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    ended = true;
    wake();
  };
  const followStates = async () => {
    let following = false;
    for await (const snapshot of watched.states()) {
      state = watched.decode(snapshot);
      // Nothing is told of what has ended.
      if (watched.isRunning(state.resource) && !following) {
        following = true;
        followProgress().catch(fail);
      }
      news();
    }
    ended = true;
    wake();
  };
  followStates().catch(fail);
  try {
    for (;;) {
      if (!changed && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure) throw failure.error;
      if (changed && state) {
        changed = false;
        yield { sequence: state.sequence, resource: told ? watched.show(state.resource, told) : state.resource };
      } else if (ended) return;
    }
  } finally {
    over.abort();
  }
}
