import { context } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { BusEvent, EventBus } from "../ports.js";
import { contextFromHeaders, traceHeaders } from "../telemetry/context.js";

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

  const deliver = async (subscriber: Subscriber, event: BusEvent, headers: Record<string, string>) => {
    for (let attempt = 0; subscribers.has(subscriber); attempt++) {
      try {
        await context.with(contextFromHeaders(headers), () => subscriber.handler(event));
        return;
      } catch (error) {
        logger.warn({ err: error, subject: event.subject, attempt }, "an event handler failed");
        if (!subscriber.group) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]).unref());
      }
    }
  };

  return {
    async publish(event) {
      const headers = traceHeaders();
      const served = new Set<string>();
      for (const subscriber of [...subscribers]) {
        if (!subscriber.matches(event.subject)) continue;
        if (subscriber.group) {
          if (served.has(subscriber.group)) continue;
          served.add(subscriber.group);
        }
        void deliver(subscriber, event, headers);
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
