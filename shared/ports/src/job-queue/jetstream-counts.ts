import type { Broker } from "../nats/broker.js";
import { isGone } from "../nats/errors.js";
import { queueStates } from "../nats/measure.js";
import { CONSUMER, deadStreamPrefix, jobStreamPrefix } from "./jetstream.js";
import type { QueueCounts } from "./port.js";

/** What lies in each queue of the namespace, by name. @throws ServiceError unavailable PEER_UNREACHABLE */
export function jetStreamQueueCounts(broker: Broker): Promise<QueueCounts[]> {
  const { namespace, manager } = broker;
  const inHand = async (queue: string) => {
    try {
      return (await manager.consumers.info(`${jobStreamPrefix(namespace)}${queue}`, CONSUMER)).num_ack_pending;
    } catch (error) {
      // Nobody has asked for a job yet.
      if (isGone(error)) return 0;
      throw error;
    }
  };
  return broker.call("look at the queues", async () => {
    const dead = new Map<string, number>();
    const prefix = deadStreamPrefix(namespace);
    for await (const { config, state } of manager.streams.list(`${namespace}.dead.>`)) {
      if (config.name.startsWith(prefix)) dead.set(config.name.slice(prefix.length), state.messages);
    }
    const counts = (await queueStates(broker)).map(async ({ queue, jobs, oldestAgeMs }) => {
      const leased = Math.min(jobs, await inHand(queue));
      return { queue, waiting: jobs - leased, leased, oldestAgeMs, dead: dead.get(queue) ?? 0 };
    });
    return (await Promise.all(counts)).sort((a, b) => (a.queue < b.queue ? -1 : 1));
  });
}
