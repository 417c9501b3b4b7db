import { headers } from "nats";
import type { Broker } from "./broker.js";
import { bucketConfig, lastOf, lazyStream, nanoseconds } from "./streams.js";

/** How often jobs were released as failed, by job: whichever processes had them. */
export interface Failures {
  of(id: string): Promise<number>;
  set(id: string, count: number): Promise<void>;
  forget(id: string): Promise<void>;
}

/** Counts of jobs that were never heard of again do not stay for ever. */
const KEEP_MS = 30 * 24 * 3600 * 1000;

/** How often each job of a queue has failed, kept in the broker. */
export function openFailures(broker: Broker, queue: string): Failures {
  const bucket = `${broker.namespace.toUpperCase()}_FAILURES`;
  const stream = lazyStream(broker, { ...bucketConfig(bucket), max_age: nanoseconds(KEEP_MS) });
  const subjectOf = (id: string) => `$KV.${bucket}.${queue}.${id}`;
  const what = (id: string) => `the failures of job ${id} of queue ${queue}`;
  return {
    of: (id) =>
      stream.use(what(id), async () => {
        const found = await lastOf(broker, stream.name, subjectOf(id));
        return Number(Buffer.from(found?.data ?? []).toString("utf8"));
      }),
    async set(id, count) {
      await stream.use(what(id), () => broker.publish(subjectOf(id), Buffer.from(String(count), "utf8"), headers()));
    },
    async forget(id) {
      await stream.use(what(id), () => broker.manager.streams.purge(stream.name, { filter: subjectOf(id) }));
    },
  };
}
