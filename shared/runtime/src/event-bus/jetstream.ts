import { context, SpanKind } from "@opentelemetry/api";
import {
  AckPolicy,
  DeliverPolicy,
  type JsMsg,
  type MsgHdrs,
  headers as natsHeaders,
  RetentionPolicy,
  StorageType,
} from "nats";
import { ensureStream, nanoseconds } from "../jetstream.js";
import type { Logger } from "../logging.js";
import type { NatsConnection } from "../nats.js";
import type { BusEvent, EventBus } from "../ports.js";
import { contextFromHeaders, traceHeaders } from "../telemetry/context.js";
import { withSpan } from "../telemetry/span.js";

const STREAM = "CLIMB_EVENTS";
const ROOT = "climb.events.";
const EVENT_ID = "Climb-Event-Id";
const KEEP_MS = 7 * 24 * 3600 * 1000;
const DEDUPLICATE_MS = 2 * 60 * 1000;
const ACK_WAIT_MS = 30_000;
const RETRY_MS = [100, 500, 2000, 5000];

/** Events on one JetStream stream, subjects climb.events.<service>.<event>, kept for a week. */
export async function openJetStreamBus(nats: NatsConnection, logger: Logger): Promise<EventBus> {
  const manager = await nats.jetstreamManager();
  const stream = nats.jetstream();
  await ensureStream(manager, {
    name: STREAM,
    subjects: [`${ROOT}>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: nanoseconds(KEEP_MS),
    duplicate_window: nanoseconds(DEDUPLICATE_MS),
  });

  const handle = async (message: JsMsg, durable: boolean, handler: (event: BusEvent) => Promise<void>) => {
    const subject = message.subject.slice(ROOT.length);
    const id = message.headers?.get(EVENT_ID) ?? "";
    // A handler may take longer than the server waits for an acknowledgement; the event is not redelivered meanwhile.
    const working = setInterval(() => message.working(), ACK_WAIT_MS / 3);
    try {
      await context.with(contextFromHeaders(plain(message.headers)), () =>
        withSpan(
          `receive ${subject}`,
          { kind: SpanKind.CONSUMER, attributes: { "climb.event.subject": subject, "climb.event.id": id } },
          () => handler({ subject, id, payload: message.data }),
        ),
      );
      message.ack();
    } catch (error) {
      const attempt = message.info.redeliveryCount - 1;
      logger.warn({ err: error, subject, attempt }, "an event handler failed");
      if (durable) message.nak(RETRY_MS[Math.min(Math.max(0, attempt), RETRY_MS.length - 1)]);
      else message.ack();
    } finally {
      clearInterval(working);
    }
  };

  return {
    async publish({ subject, id, payload }) {
      await withSpan(
        `publish ${subject}`,
        { kind: SpanKind.PRODUCER, attributes: { "climb.event.subject": subject, "climb.event.id": id } },
        async () => {
          const headers = natsHeaders();
          for (const [key, value] of Object.entries(traceHeaders())) headers.set(key, value);
          headers.set(EVENT_ID, id);
          // The server compares these ids within the whole stream, so the subject is part of them.
          await stream.publish(`${ROOT}${subject}`, payload, { headers, msgID: `${subject}/${id}` });
        },
      );
    },
    async subscribe({ subject, group, handler }) {
      const filter = `${ROOT}${subject}`;
      const durable = group && `${group}-${subject}`.replace(/[^A-Za-z0-9_-]/g, "_");
      const info = await manager.consumers.add(STREAM, {
        ...(durable ? { durable_name: durable } : { inactive_threshold: nanoseconds(60_000) }),
        filter_subject: filter,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanoseconds(ACK_WAIT_MS),
        deliver_policy: durable ? DeliverPolicy.All : DeliverPolicy.New,
      });
      const consumer = await stream.consumers.get(STREAM, info.name);
      const messages = await consumer.consume({ max_messages: 64 });
      const running = (async () => {
        for await (const message of messages) void handle(message, Boolean(durable), handler);
      })();
      return {
        async close() {
          await messages.close();
          await running.catch(() => {});
          if (!durable) await manager.consumers.delete(STREAM, info.name).catch(() => {});
        },
      };
    },
  };
}

function plain(headers: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const key of headers?.keys() ?? []) result[key.toLowerCase()] = headers?.get(key) ?? "";
  return result;
}
