import { setTimeout as sleep } from "node:timers/promises";
import type { Platform } from "@climb/ports";
import { forOwner, ServiceError } from "@climb/runtime";
import { EXPIRING } from "./metadata.js";
import type { ResourceStore } from "./resource-store.js";
import { isFinal, type LongResource } from "./status.js";

const EVERY_MS = 60_000;

/**
 * About once a minute removes what has ended and is past its expire_time, until the platform's signal aborts. What others
 * still need, and what is at work, is looked at again the next time.
 * @param everyMs for tests
 */
export async function removeExpired<T extends LongResource>(
  { signal, logger }: Pick<Platform, "signal" | "logger">,
  store: ResourceStore<T>,
  remove: (id: string) => Promise<void>,
  now: () => Date,
  everyMs = EVERY_MS,
): Promise<void> {
  while (!signal.aborted) {
    // Not all replicas at once.
    await sleep(everyMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    try {
      for (const { id } of await expired(store, now())) {
        const owner = await store.ownerOf(id);
        await forOwner(owner, () => remove(id)).then(
          () => logger.info({ kind: store.kind, resource: id, owner }, "a resource has expired and is forgotten"),
          (error) => {
            // Needed by another, begun again, or removed by another replica.
            if (!(error instanceof ServiceError)) throw error;
          },
        );
      }
    } catch (error) {
      logger.debug({ err: error, kind: store.kind }, "what has expired could not be looked at");
    }
  }
}

async function expired<T extends LongResource>(store: ResourceStore<T>, now: Date): Promise<T[]> {
  const found: T[] = [];
  for await (const resource of store.every(EXPIRING)) {
    const { expireTime } = resource.metadata ?? {};
    if (expireTime && expireTime <= now && isFinal(resource.status)) found.push(resource);
  }
  return found;
}
