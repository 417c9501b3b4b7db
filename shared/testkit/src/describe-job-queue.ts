import type { JobQueue, Lease } from "@climb/ports";
import { runJobs } from "@climb/resources";
import { createLogger } from "@climb/runtime";
import { context, propagation, TraceFlags, trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";

export interface JobQueueBench {
  /** Opens a queue by name; again, too, as a restarted process would. Leases last `leaseMs`. */
  open(name: string, options: { leaseMs: number; maxDeliveries: number }): Promise<JobQueue>;
}

const payload = (text: string) => Buffer.from(text, "utf8");
const logger = createLogger({ service: "test", level: "silent" });
const platformOf = (signal: AbortSignal) => ({ logger, signal, patienceMs: 10_000 });
const OPTIONS = { leaseMs: 1500, maxDeliveries: 3 };

/** What every job queue promises. */
export function describeJobQueue(name: string, bench: () => JobQueueBench): void {
  const take = async (queue: JobQueue, waitMs = 4000): Promise<Lease> => {
    const lease = await queue.lease({ waitMs });
    if (!lease) throw new Error("no job came");
    return lease;
  };

  describe(`a job queue ${name}`, () => {
    it("hands jobs out in order, each to one, and nothing when there is none", async () => {
      const queue = await bench().open("order", OPTIONS);
      for (const id of ["a", "b", "c"]) await queue.enqueue({ id, payload: payload(id) });
      const leases = await Promise.all([take(queue), take(queue), take(queue)]);
      expect(leases.map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
      expect(leases.every(({ delivery }) => delivery === 1)).toBe(true);
      expect(Buffer.from(leases[0]?.payload ?? []).toString()).toBe(leases[0]?.id);
      expect(await queue.lease({ waitMs: 200 })).toBeUndefined();
      for (const lease of leases) await lease.complete();
      expect(await queue.lease({ waitMs: 200 })).toBeUndefined();
    });

    it("takes a job of an id once while it waits or is leased, and again when it is done", async () => {
      const queue = await bench().open("once", OPTIONS);
      await queue.enqueue({ id: "a", payload: payload("1") });
      await queue.enqueue({ id: "a", payload: payload("2") });
      const lease = await take(queue);
      await queue.enqueue({ id: "a", payload: payload("3") });
      expect(await queue.lease({ waitMs: 200 })).toBeUndefined();
      await lease.complete();
      await queue.enqueue({ id: "a", payload: payload("4") });
      const again = await take(queue);
      expect(Buffer.from(again.payload).toString()).toBe("4");
      await again.complete();
    });

    it("takes a job once, however many queue it at once while workers wait", async () => {
      const queue = await bench().open("crowd", OPTIONS);
      const waiting = [queue.lease({ waitMs: 1200 }), queue.lease({ waitMs: 1200 })];
      await Promise.all([1, 2, 3, 4].map(() => queue.enqueue({ id: "a", payload: payload("a") })));
      const leases = (await Promise.all(waiting)).filter((lease) => lease !== undefined);
      expect(leases).toHaveLength(1);
      await leases[0]?.complete();
    });

    it("takes many jobs at once, all of them before it resolves, and those that are there only once", async () => {
      const queue = await bench().open("bulk", { leaseMs: 30_000, maxDeliveries: 3 });
      const jobs = Array.from({ length: 500 }, (_, i) => ({ id: `job-${i}`, payload: payload(String(i)) }));
      await queue.enqueue(jobs.slice(100, 200));
      await queue.enqueue(jobs);
      expect(await queue.depth()).toBe(500);
      await queue.enqueue([]);
      const ids = new Set<string>();
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          for (let lease = await queue.lease({ waitMs: 0 }); lease; lease = await queue.lease({ waitMs: 0 })) {
            ids.add(lease.id);
            await lease.complete();
          }
        }),
      );
      expect(ids.size).toBe(500);
      expect(await queue.depth()).toBe(0);
    });

    it("takes no job of many of which one has a bad id", async () => {
      const queue = await bench().open("partly", OPTIONS);
      const jobs = ["good", "not good"].map((id) => ({ id, payload: payload(id) }));
      await expect(queue.enqueue(jobs)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      expect(await queue.depth()).toBe(0);
    });

    it("counts jobs that wait or are leased", async () => {
      const queue = await bench().open("depth", OPTIONS);
      await queue.enqueue(["a", "b", "c"].map((id) => ({ id, payload: payload(id) })));
      const [done, dead] = [await take(queue), await take(queue)];
      expect(await queue.depth()).toBe(3);
      await done.complete();
      await dead.bury("no use");
      expect(await queue.depth()).toBe(1);
      await (await take(queue)).complete();
    });

    it("ends a wait at once when its signal aborts, and the next job goes to somebody else", async () => {
      const queue = await bench().open("abort", OPTIONS);
      const stop = new AbortController();
      const waiting = queue.lease({ waitMs: 20_000, signal: stop.signal });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = performance.now();
      stop.abort();
      expect(await waiting).toBeUndefined();
      expect(performance.now() - before).toBeLessThan(500);
      await queue.enqueue({ id: "a", payload: payload("a") });
      await (await take(queue)).complete();
    });

    it("counts failures with the job, whichever process had it, and forgets them with it", async () => {
      const place = bench();
      const queues = [await place.open("failures", OPTIONS), await place.open("failures", OPTIONS)];
      const at = (turn: number) => queues[turn % queues.length] as JobQueue;
      await at(0).enqueue({ id: "a", payload: payload("a") });
      for (let failures = 0; failures < 3; failures++) {
        const lease = await take(at(failures));
        expect(lease).toMatchObject({ id: "a", failures, delivery: failures + 1 });
        await lease.release({ failed: true });
      }
      const handed = await take(at(1));
      await handed.release();
      const last = await take(at(0));
      expect(last).toMatchObject({ failures: 3, delivery: 5 });
      await last.complete();
      await at(1).enqueue({ id: "a", payload: payload("a") });
      const anew = await take(at(0));
      expect(anew).toMatchObject({ failures: 0, delivery: 1 });
      await anew.release();
      const again = await take(at(1));
      expect(again).toMatchObject({ failures: 0, delivery: 2 });
      await again.bury("enough");
    });

    it("refuses ids that are not one word", async () => {
      const queue = await bench().open("words", OPTIONS);
      for (const id of ["", "a.b", "a b", "*", ">", "a/b"]) {
        await expect(queue.enqueue({ id, payload: payload("x") }), id).rejects.toMatchObject({
          reason: "FIELD_INVALID",
        });
      }
    });

    it("carries the trace of whoever queued a job to whoever runs it", async () => {
      const queue = await bench().open("trace", OPTIONS);
      const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
      const spanContext = { traceId, spanId: "00f067aa0ba902b7", traceFlags: TraceFlags.SAMPLED };
      await context.with(trace.setSpanContext(context.active(), spanContext), () =>
        queue.enqueue({ id: "a", payload: payload("a") }),
      );
      const stop = new AbortController();
      const seen: Record<string, string> = {};
      await runJobs({
        queue,
        name: "trace",
        concurrency: 1,
        platform: platformOf(stop.signal),
        handler: async () => {
          propagation.inject(context.active(), seen);
          stop.abort();
        },
      });
      expect(seen.traceparent).toContain(traceId);
    }, 15_000);

    it("delivers a job again whose lease ran out, and refuses the lost lease", async () => {
      const queue = await bench().open("lost", { leaseMs: 400, maxDeliveries: 5 });
      await queue.enqueue({ id: "a", payload: payload("a") });
      const lost = await take(queue);
      const again = await take(queue);
      expect(again).toMatchObject({ id: "a", delivery: 2 });
      await expect(lost.extend()).rejects.toMatchObject({ reason: "LEASE_LOST" });
      await again.complete();
    });

    it("keeps a lease that is extended, and brings a released job back after its delay", async () => {
      const queue = await bench().open("keep", { leaseMs: 1800, maxDeliveries: 5 });
      await queue.enqueue({ id: "a", payload: payload("a") });
      const lease = await take(queue);
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 900));
        await lease.extend();
      }
      expect(await queue.lease({ waitMs: 100 })).toBeUndefined();
      const released = performance.now();
      await lease.release({ delayMs: 500 });
      const again = await take(queue);
      expect(performance.now() - released).toBeGreaterThan(400);
      expect(again.delivery).toBe(2);
      await again.complete();
    });

    it("shows buried jobs as dead letters, and never delivers them again", async () => {
      const queue = await bench().open("dead", OPTIONS);
      await queue.enqueue({ id: "a", payload: payload("why") });
      await (await take(queue)).bury("cannot be done");
      expect(await queue.lease({ waitMs: 200 })).toBeUndefined();
      const [letter] = await queue.deadLetters();
      expect(letter).toMatchObject({ id: "a", deliveries: 1, reason: "cannot be done" });
      expect(Math.abs(Date.now() - (letter?.timeMs ?? 0))).toBeLessThan(60_000);
      expect(Buffer.from(letter?.payload ?? []).toString()).toBe("why");
    });

    it("shows the oldest dead letters first, and no more than asked for", async () => {
      const queue = await bench().open("letters", OPTIONS);
      for (const id of ["z", "m", "a"]) {
        await queue.enqueue({ id, payload: payload(id) });
        await (await take(queue)).bury(`${id} — über`);
      }
      expect((await queue.deadLetters()).map(({ id }) => id)).toEqual(["z", "m", "a"]);
      const letters = await queue.deadLetters(2);
      expect(letters.map(({ id, reason }) => [id, reason])).toEqual([
        ["z", "z — über"],
        ["m", "m — über"],
      ]);
    });

    it("finds one dead letter by its id, and forgets it when it is asked to", async () => {
      const queue = await bench().open("one-letter", OPTIONS);
      for (const id of ["a", "b"]) {
        await queue.enqueue({ id, payload: payload(id) });
        await (await take(queue)).bury(`no ${id}`);
      }
      expect(await queue.deadLetter("b")).toMatchObject({ id: "b", deliveries: 1, reason: "no b" });
      expect(Buffer.from((await queue.deadLetter("b"))?.payload ?? []).toString()).toBe("b");
      expect(await queue.deadLetter("c")).toBeUndefined();
      await queue.removeDeadLetter("b");
      await queue.removeDeadLetter("c");
      expect(await queue.deadLetter("b")).toBeUndefined();
      expect((await queue.deadLetters()).map(({ id }) => id)).toEqual(["a"]);
      // It is no job any more that would be in the way of another of its id.
      await queue.enqueue({ id: "a", payload: payload("again") });
      await (await take(queue)).complete();
    });

    it("has waiting jobs, deliveries and dead letters when it is opened again", async () => {
      const place = bench();
      const options = { leaseMs: 500, maxDeliveries: 5 };
      const before = await place.open("again", options);
      await before.enqueue(["waits", "dead"].map((id) => ({ id, payload: payload(id) })));
      for (const lease of [await take(before), await take(before)]) {
        await (lease.id === "dead" ? lease.bury("bad") : lease.release());
      }
      const after = await place.open("again", options);
      const lease = await take(after);
      expect(lease.id).toBe("waits");
      expect(lease.delivery).toBeGreaterThan(1);
      expect((await after.deadLetters()).map(({ id }) => id)).toEqual(["dead"]);
      await lease.complete();
    });

    it("lets runJobs work through it: kept alive, retried, given up with its cause, handed back at the end", async () => {
      const queue = await bench().open("run", { leaseMs: 600, maxDeliveries: 10 });
      for (const id of ["slow", "flaky", "poison"]) await queue.enqueue({ id, payload: payload(id) });
      const done: string[] = [];
      const buried: string[] = [];
      const tries = new Map<string, number>();
      const stop = new AbortController();
      const working = runJobs({
        queue,
        name: "run",
        concurrency: 3,
        platform: platformOf(stop.signal),
        handler: async ({ id }) => {
          tries.set(id, (tries.get(id) ?? 0) + 1);
          if (id === "poison" || (id === "flaky" && tries.get(id) === 1)) throw new Error(`${id} failed`);
          // Longer than a lease: only the heartbeat keeps it.
          if (id === "slow") await new Promise((resolve) => setTimeout(resolve, 1500));
          done.push(id);
        },
        onBuried: async ({ id }, error) => {
          buried.push(`${id}: ${(error as Error).message}`);
        },
      });
      while (done.length < 2 || buried.length < 1) await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort();
      await working;
      expect(done.sort()).toEqual(["flaky", "slow"]);
      expect(tries.get("slow")).toBe(1);
      expect(buried).toEqual(["poison: poison failed"]);
      expect((await queue.deadLetters()).map(({ id }) => id)).toEqual(["poison"]);
    }, 30_000);

    it("does not count against a job that the queue did not hear of its end", async () => {
      const queue = await bench().open("unheard", { leaseMs: 1500, maxDeliveries: 20 });
      await queue.enqueue({ id: "a", payload: payload("a") });
      let unheard = 0;
      const deaf: JobQueue = {
        ...queue,
        lease: async (options) => {
          const lease = await queue.lease(options);
          if (!lease || ++unheard > 4) return lease;
          return { ...lease, complete: () => Promise.reject(new Error("the queue is away")) };
        },
      };
      const stop = new AbortController();
      const deliveries: number[] = [];
      await runJobs({
        queue: deaf,
        name: "unheard",
        concurrency: 1,
        platform: platformOf(stop.signal),
        handler: async ({ delivery }) => {
          deliveries.push(delivery);
          if (deliveries.length === 5) stop.abort();
        },
      });
      expect(deliveries).toHaveLength(5);
      // A delivery at the very end of a lease may find it still held, and is passed over.
      expect(deliveries).toEqual([...new Set(deliveries)].sort((a, b) => a - b));
      expect(await queue.deadLetters()).toEqual([]);
      expect(await queue.lease({ waitMs: 500 })).toBeUndefined();
    });

    it("lets runJobs give up a job at which its workers died", async () => {
      const queue = await bench().open("deaths", { leaseMs: 300, maxDeliveries: 2 });
      await queue.enqueue({ id: "killer", payload: payload("") });
      // Two workers that take it and are never heard of again.
      await take(queue);
      await take(queue);
      const stop = new AbortController();
      let cause: unknown;
      const working = runJobs({
        queue,
        name: "deaths",
        concurrency: 1,
        platform: platformOf(stop.signal),
        handler: async () => {
          throw new Error("it must not run again");
        },
        onBuried: async (_, error) => {
          cause = error;
        },
      });
      while (!cause) await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort();
      await working;
      expect(cause).toMatchObject({ reason: "JOB_POISONED" });
    }, 30_000);
  });
}
