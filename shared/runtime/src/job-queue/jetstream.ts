import { AckPolicy, type JsMsg, NatsError, headers as natsHeaders, RetentionPolicy, StorageType } from "nats";
import { ServiceError } from "../errors.js";
import { ensureStream, nanoseconds } from "../jetstream.js";
import type { NatsConnection } from "../nats.js";
import type { DeadLetter, JobQueue, Lease } from "../ports.js";
import { traceHeaders } from "../telemetry/context.js";
import type { QueueOptions } from "./file.js";
import { checkJobId } from "./ids.js";

const WRONG_LAST_SEQUENCE = 10071;
const POLL_MS = 5000;

/**
 * A job queue as a JetStream work-queue stream: one subject for each job, so that a job that waits or is leased is not
 * queued twice (an append to its subject is only accepted while it is empty). Dead letters go to a stream of their own.
 */
export async function openJetStreamJobQueue(
  nats: NatsConnection,
  name: string,
  options: QueueOptions = {},
): Promise<JobQueue> {
  const { leaseMs = 30_000, maxDeliveries = 4 } = options;
  const manager = await nats.jetstreamManager();
  const stream = nats.jetstream();
  const jobs = `CLIMB_JOBS_${name}`;
  const dead = `CLIMB_DEAD_${name}`;
  const subjectOf = (id: string) => `climb.jobs.${name}.${id}`;
  await ensureStream(manager, {
    name: jobs,
    subjects: [`climb.jobs.${name}.*`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
  });
  await ensureStream(manager, {
    name: dead,
    subjects: [`climb.dead.${name}.*`],
    storage: StorageType.File,
    max_msgs_per_subject: 1,
  });
  await manager.consumers.add(jobs, {
    durable_name: "workers",
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanoseconds(leaseMs),
    max_ack_pending: 10_000,
  });
  const consumer = await stream.consumers.get(jobs, "workers");

  const bury = async (message: JsMsg, id: string, deliveries: number, reason: string) => {
    const headers = natsHeaders();
    headers.set("Climb-Deliveries", String(deliveries));
    headers.set("Climb-Reason", Buffer.from(reason, "utf8").toString("base64"));
    await stream.publish(`climb.dead.${name}.${id}`, message.data, { headers });
    await message.ackAck();
  };

  const leaseOf = (message: JsMsg, id: string): Lease => {
    let until = performance.now() + leaseMs;
    const held = () => {
      if (performance.now() < until) return;
      throw new ServiceError("wrongState", "LEASE_LOST", `the lease of job ${id} ran out`, { job: id });
    };
    return {
      id,
      payload: message.data,
      delivery: message.info.redeliveryCount,
      traceHeaders: {
        traceparent: message.headers?.get("traceparent") ?? "",
        tracestate: message.headers?.get("tracestate") ?? "",
      },
      async extend() {
        held();
        message.working();
        until = performance.now() + leaseMs;
      },
      async complete() {
        held();
        await message.ackAck();
      },
      async release({ delayMs = 0 } = {}) {
        held();
        message.nak(delayMs);
        until = 0;
        await nats.flush();
      },
      async bury(reason) {
        held();
        await bury(message, id, message.info.redeliveryCount, reason);
      },
    };
  };

  return {
    leaseMs,
    maxDeliveries,
    async enqueue({ id, payload }) {
      checkJobId(id);
      const headers = natsHeaders();
      for (const [key, value] of Object.entries(traceHeaders())) headers.set(key, value);
      headers.set("Nats-Expected-Last-Subject-Sequence", "0");
      try {
        await stream.publish(subjectOf(id), payload, { headers });
      } catch (error) {
        // The job waits or is leased already.
        if (!(error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE)) throw error;
      }
    },
    async lease({ waitMs, signal }) {
      const until = performance.now() + waitMs;
      while (!signal?.aborted) {
        // Short polls, so that an aborted wait ends soon and leaves no message behind in an abandoned request.
        const left = Math.ceil(Math.max(1000, Math.min(POLL_MS, until - performance.now())));
        const message = await consumer.next({ expires: left });
        if (message) {
          const id = message.subject.slice(subjectOf("").length);
          if (signal?.aborted) {
            message.nak();
            return undefined;
          }
          return leaseOf(message, id);
        }
        if (performance.now() >= until) return undefined;
      }
      return undefined;
    },
    async deadLetters() {
      const { state } = await manager.streams.info(dead, { subjects_filter: ">" });
      const letters: DeadLetter[] = [];
      for (const subject of Object.keys(state.subjects ?? {}).sort()) {
        const message = await manager.streams.getMessage(dead, { last_by_subj: subject });
        letters.push({
          id: subject.slice(`climb.dead.${name}.`.length),
          payload: message.data,
          deliveries: Number(message.header.get("Climb-Deliveries")),
          reason: Buffer.from(message.header.get("Climb-Reason"), "base64").toString("utf8"),
        });
      }
      return letters;
    },
  };
}
