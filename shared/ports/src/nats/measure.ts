import { observe } from "@climb/runtime";
import { jobStreamPrefix } from "../job-queue/jetstream.js";
import type { Broker } from "./broker.js";

/**
 * Measures whether the broker is there, and with `queues` also how much work lies in it: of every queue of the
 * namespace, also of those that this process does not use, because their workers may all be gone.
 */
export function measureBroker(broker: Broker, { queues }: { queues: boolean }): void {
  observe("brokerConnected", (result) => result.observe(broker.available() ? 1 : 0));
  if (!queues) return;
  // Both metrics are collected in one go, and one look serves both.
  let looking: Promise<QueueState[]> | undefined;
  const look = () => {
    looking ??= queueStates(broker).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  observe("queueDepth", async (result) => {
    for (const { queue, jobs } of await look()) result.observe(jobs, { "climb.job.queue": queue });
  });
  observe("queueOldestAge", async (result) => {
    for (const { queue, oldestAgeMs } of await look()) {
      result.observe(oldestAgeMs / 1000, { "climb.job.queue": queue });
    }
  });
}

export interface QueueState {
  queue: string;
  /** Jobs that wait or are leased. */
  jobs: number;
  /** Time since the oldest of them was queued, by this machine's clock; 0 without any. */
  oldestAgeMs: number;
}

/** How much work lies in each queue of the namespace; nothing while the broker is away. */
export async function queueStates(broker: Broker, nowMs = Date.now()): Promise<QueueState[]> {
  if (!broker.available()) return [];
  const prefix = jobStreamPrefix(broker.namespace);
  const states: QueueState[] = [];
  for await (const { config, state } of broker.manager.streams.list(`${broker.namespace}.jobs.>`)) {
    if (!config.name.startsWith(prefix)) continue;
    const oldestAgeMs = state.messages === 0 ? 0 : Math.max(0, nowMs - Date.parse(state.first_ts));
    states.push({ queue: config.name.slice(prefix.length), jobs: state.messages, oldestAgeMs });
  }
  return states;
}
