import { contextFromHeaders, type Logger, traceHeaders } from "@climb/runtime";
import { context } from "@opentelemetry/api";
import type { BusEvent, EventBus } from "./port.js";

interface Subscriber {
  matches: (subject: string) => boolean;
  group?: string;
  handler: (event: BusEvent) => Promise<void>;
}

const RETRY_MS = [100, 500, 2000, 5000];

/**
 * Events within one process. What makes them at-least-once across a crash is their publisher: a job publishes before
 * it completes, so a job that died publishes again.
 */
export function createInProcessBus(logger: Logger): EventBus {
  const subscribers = new Set<Subscriber>();

  const hear = async (subscriber: Subscriber, event: BusEvent, headers: Record<string, string>, attempt = 0) => {
    try {
      await context.with(contextFromHeaders(headers), () => subscriber.handler(event));
      return true;
    } catch (error) {
      logger.warn({ err: error, subject: event.subject, attempt }, "an event handler failed");
      return false;
    }
  };
  /** The members of a group take turns; one that went away leaves its event to those that are there at the next try. */
  let turn = 0;
  const hearInGroup = async (group: string, event: BusEvent, headers: Record<string, string>) => {
    for (let attempt = 0; ; attempt++) {
      const members = [...subscribers].filter((other) => other.group === group && other.matches(event.subject));
      const member = members[turn++ % members.length];
      if (!member || (await hear(member, event, headers, attempt))) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]).unref());
    }
  };

  return {
    async publish(event) {
      const headers = traceHeaders();
      const listening = [...subscribers].filter(({ matches }) => matches(event.subject));
      for (const subscriber of listening) if (!subscriber.group) void hear(subscriber, event, headers);
      for (const group of new Set(listening.map(({ group }) => group))) {
        if (group) void hearInGroup(group, event, headers);
      }
    },
    async subscribe({ subject, group, handler }) {
      const prefix = subject.endsWith(".>") ? subject.slice(0, -1) : undefined;
      const matches = (other: string) => (prefix ? other.startsWith(prefix) : other === subject);
      const subscriber: Subscriber = { matches, group, handler };
      subscribers.add(subscriber);
      return {
        async close() {
          subscribers.delete(subscriber);
        },
      };
    },
  };
}
