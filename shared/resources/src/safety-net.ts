import { setTimeout as sleep } from "node:timers/promises";
import type { Platform } from "@climb/ports";
import type { ResourceStore } from "./resource-store.js";
import type { LongResource } from "./status.js";

const EVERY_MS = 60_000;

/**
 * Once a minute queues the job of every resource of a kind that has not ended, until the platform's signal aborts: the
 * queue passes over those that it has, so only one whose wake was lost with its process gets another.
 */
export async function callAgain<T extends LongResource>(
  { signal, logger }: Pick<Platform, "signal" | "logger">,
  store: ResourceStore<T>,
  queue: (resource: T) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    // Not all replicas at once.
    const pauseMs = EVERY_MS * (0.5 + Math.random());
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    try {
      for await (const resource of store.every({ states: ["PENDING", "RUNNING"] })) await queue(resource);
    } catch (error) {
      logger.debug({ err: error, kind: store.kind }, "resources that sleep could not be looked at");
    }
  }
}
