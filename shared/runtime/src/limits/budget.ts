/** Something of which there is so much for all and so much for each; who finds none left waits. */
export interface Budget {
  /**
   * Resolves with what gives it back, in the order of asking as far as each one's own share has room.
   * @throws the signal's reason if it aborts before
   */
  take(who: string, amount: number, signal: AbortSignal): Promise<() => void>;
  /** As take, if there is room now; undefined if there is none. */
  tryTake(who: string, amount: number): (() => void) | undefined;
  /** What is taken now. */
  readonly taken: number;
}

interface Waiting {
  who: string;
  amount: number;
  grant(): void;
}

/** @param each the share of one; what is asked for at once is at most that much, so that everybody's turn comes */
export function createBudget({ all, each }: { all: number; each: number }): Budget {
  const shares = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let taken = 0;
  const fits = (who: string, amount: number) => taken + amount <= all && (shares.get(who) ?? 0) + amount <= each;
  const take = (who: string, amount: number) => {
    taken += amount;
    shares.set(who, (shares.get(who) ?? 0) + amount);
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      taken -= amount;
      const left = (shares.get(who) ?? 0) - amount;
      if (left > 0) shares.set(who, left);
      else shares.delete(who);
      for (const one of waiting) if (fits(one.who, one.amount)) one.grant();
    };
  };
  return {
    get taken() {
      return taken;
    },
    tryTake(who, wanted) {
      const amount = Math.min(wanted, all, each);
      return fits(who, amount) ? take(who, amount) : undefined;
    },
    async take(who, wanted, signal) {
      const amount = Math.min(wanted, all, each);
      signal.throwIfAborted();
      if (fits(who, amount)) return take(who, amount);
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.delete(one);
          reject(signal.reason);
        };
        const one: Waiting = {
          who,
          amount,
          grant() {
            waiting.delete(one);
            signal.removeEventListener("abort", onAbort);
            resolve(take(who, amount));
          },
        };
        waiting.add(one);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}
