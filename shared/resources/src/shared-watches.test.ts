import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { shareWatches } from "./shared-watches.js";

/** A source that is driven by hand, and counts its readers. */
function source() {
  const queue: (number | Error)[] = [];
  let wake = () => {};
  const counts = { opened: 0, open: 0 };
  return {
    counts,
    push(...values: (number | Error)[]) {
      queue.push(...values);
      wake();
    },
    async *read(_id: string, signal: AbortSignal) {
      counts.opened++;
      counts.open++;
      signal.addEventListener("abort", () => wake());
      try {
        while (!signal.aborted) {
          const value = queue.shift();
          if (value instanceof Error) throw value;
          if (value !== undefined) yield { value };
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        counts.open--;
      }
    },
  };
}

const isLast = ({ value }: { value: number }) => value === 99;

describe("watches that are shared", () => {
  it("have one reader, and give all watchers the very same values", async () => {
    const { read, push, counts } = source();
    const shared = shareWatches(read, isLast, 0);
    const stop = new AbortController();
    const seen: object[][] = [[], [], []];
    const watching = seen.map(async (values) => {
      for await (const shown of shared.watch("a", stop.signal)) {
        values.push(shown);
        if (isLast(shown)) break;
      }
    });
    for (const value of [1, 2, 99]) {
      push(value);
      await sleep(10);
    }
    await Promise.all(watching);
    expect(seen[0]).toEqual([{ value: 1 }, { value: 2 }, { value: 99 }]);
    for (const values of seen) values.forEach((value, i) => void expect(value).toBe(seen[0]?.[i]));
    await sleep(10);
    expect(counts).toEqual({ opened: 1, open: 0 });
  });

  it("tell of changes at most so often, of the latest by then, and of the last at once", async () => {
    const { read, push } = source();
    const shared = shareWatches(read, isLast, 300);
    const seen: [value: number, ms: number][] = [];
    const begun = performance.now();
    const watching = (async () => {
      for await (const { value } of shared.watch("a", new AbortController().signal)) {
        seen.push([value, performance.now() - begun]);
        if (value === 99) break;
      }
    })();
    for (const value of [1, 2, 3, 4]) {
      push(value);
      await sleep(20);
    }
    await sleep(400);
    push(99);
    await watching;
    expect(seen.map(([value]) => value)).toEqual([1, 4, 99]);
    const [first = 0, second = 0] = seen.map(([, ms]) => ms);
    expect(second - first).toBeGreaterThanOrEqual(290);
  });

  it("show who comes late what there is now, and never something older after it", async () => {
    const { read, push } = source();
    const shared = shareWatches(read, isLast, 200);
    const early = shared.watch("a", new AbortController().signal);
    const first = early.next();
    push(1);
    await first;
    push(2);
    await sleep(20);
    const late = shared.watch("a", new AbortController().signal);
    expect((await late.next()).value).toEqual({ value: 2 });
    push(99);
    expect((await late.next()).value).toEqual({ value: 99 });
    await Promise.all([early.return(undefined), late.return(undefined)]);
  });

  it("end when their signal aborts, and fail with their reader, after which the next begins anew", async () => {
    const { read, push, counts } = source();
    const shared = shareWatches(read, isLast, 0);
    const stop = new AbortController();
    const stopped = shared.watch("a", stop.signal);
    const going = shared.watch("a", new AbortController().signal);
    const [waiting, failing] = [stopped.next(), going.next()];
    stop.abort();
    expect((await waiting).done).toBe(true);
    push(new Error("the store is away"));
    await expect(failing).rejects.toThrow("the store is away");
    const anew = shared.watch("a", new AbortController().signal);
    const next = anew.next();
    push(7);
    expect((await next).value).toEqual({ value: 7 });
    expect(counts.opened).toBe(2);
    await anew.return(undefined);
  });
});
