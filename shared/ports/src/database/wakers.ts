/** Who waits for a change of what has a name. */
export interface Wakers {
  wake(name: string): void;
  /** Resolves at the next change of the name, or when the signal aborts, and then listens to neither. */
  next(name: string, signal: AbortSignal): Promise<void>;
}

/** Nobody waits yet. */
export function createWakers(): Wakers {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wake(name) {
      const woken = waiting.get(name);
      waiting.delete(name);
      for (const wake of woken ?? []) wake();
    },
    next: (name, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const others = waiting.get(name) ?? new Set();
        waiting.set(name, others);
        const done = () => {
          others.delete(done);
          if (others.size === 0 && waiting.get(name) === others) waiting.delete(name);
          signal.removeEventListener("abort", done);
          resolve();
        };
        others.add(done);
        signal.addEventListener("abort", done, { once: true });
      }),
  };
}
