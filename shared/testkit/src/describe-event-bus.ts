import type { BusEvent, EventBus } from "@climb/ports";
import { context, propagation, TraceFlags, trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";

export interface EventBusBench {
  open(): Promise<EventBus>;
}

const event = (subject: string, id: string): BusEvent => ({ subject, id, payload: Buffer.from(id, "utf8") });

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("it did not happen within ten seconds");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What every event bus promises. */
export function describeEventBus(name: string, bench: () => EventBusBench): void {
  describe(`an event bus ${name}`, () => {
    it("brings an event to every subscriber without a group, by subject and by prefix", async () => {
      const bus = await bench().open();
      const heard: string[] = [];
      const listen = (subject: string, who: string) =>
        bus.subscribe({
          subject,
          handler: async ({ subject: of, id, payload }) =>
            void heard.push(`${who} ${of} ${id} ${Buffer.from(payload)}`),
        });
      const subscriptions = await Promise.all([
        listen("kita.one", "a"),
        listen("kita.>", "b"),
        listen("kita.two", "c"),
      ]);
      await bus.publish(event("kita.one", "1"));
      await until(() => heard.length === 2);
      expect(heard.sort()).toEqual(["a kita.one 1 1", "b kita.one 1 1"]);
      for (const subscription of subscriptions) await subscription.close();
      await bus.publish(event("kita.one", "2"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(heard).toHaveLength(2);
    });

    it("keeps events of one id under two subjects apart", async () => {
      const bus = await bench().open();
      const heard: string[] = [];
      const subscription = await bus.subscribe({
        subject: "kite.>",
        handler: async ({ subject }) => void heard.push(subject),
      });
      await bus.publish(event("kite.one", "same"));
      await bus.publish(event("kite.two", "same"));
      await until(() => heard.length === 2);
      expect(heard.sort()).toEqual(["kite.one", "kite.two"]);
      await subscription.close();
    });

    it("brings an event to one member of a group, and again until the handler resolves", async () => {
      const bus = await bench().open();
      let tries = 0;
      const done: string[] = [];
      const handler = async ({ id }: BusEvent) => {
        if (++tries < 3) throw new Error("not yet");
        done.push(id);
      };
      const members = await Promise.all([1, 2].map(() => bus.subscribe({ subject: "kitb.work", group: "g", handler })));
      await bus.publish(event("kitb.work", "job"));
      await until(() => done.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect([tries, done]).toEqual([3, ["job"]]);
      for (const member of members) await member.close();
    });

    it("brings an event of a member that went away to another of its group", async () => {
      const bus = await bench().open();
      const done: string[] = [];
      const left: string[] = [];
      const leaves = await bus.subscribe({
        subject: "kitd.work",
        group: "g",
        handler: async ({ id }) => {
          left.push(id);
          void leaves.close();
          throw new Error("going away");
        },
      });
      await bus.publish(event("kitd.work", "job"));
      await until(() => left.length === 1);
      const stays = await bus.subscribe({
        subject: "kitd.work",
        group: "g",
        handler: async ({ id }) => void done.push(id),
      });
      await until(() => done.length === 1);
      expect([left, done]).toEqual([["job"], ["job"]]);
      await stays.close();
    });

    it("carries the trace of whoever published", async () => {
      const bus = await bench().open();
      const traceId = "0af7651916cd43dd8448eb211c80319c";
      const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: TraceFlags.SAMPLED };
      let seen: string | undefined;
      const subscription = await bus.subscribe({
        subject: "kitc.traced",
        handler: async () => {
          const headers: Record<string, string> = {};
          propagation.inject(context.active(), headers);
          seen = headers.traceparent;
        },
      });
      await context.with(trace.setSpanContext(context.active(), spanContext), () =>
        bus.publish(event("kitc.traced", "t")),
      );
      await until(() => seen !== undefined);
      expect(seen).toContain(traceId);
      await subscription.close();
    });
  });
}
