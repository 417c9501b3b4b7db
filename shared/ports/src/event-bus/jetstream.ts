import { contextFromHeaders, isUnavailable, traceHeaders, withSpan } from "@climb/runtime";
import { context, SpanKind } from "@opentelemetry/api";
import { AckPolicy, DeliverPolicy, type Msg, headers as natsHeaders, RetentionPolicy } from "nats";
import type { Broker } from "../nats/broker.js";
import { plainHeaders, SIGNS, tell } from "../nats/headers.js";
import { type Delivered, pull } from "../nats/pull.js";
import { followStream } from "../nats/read.js";
import { lazyStream, nanoseconds } from "../nats/streams.js";
import type { BusEvent, EventBus } from "./port.js";

const EVENT_ID = "Climb-Event-Id";
const KEEP_MS = 7 * 24 * 3600 * 1000;
const DEDUPLICATE_MS = 2 * 60 * 1000;
const ACK_WAIT_MS = 30_000;
const RETRY_MS = [100, 500, 2000, 5000];
/** Events that a subscription handles at once. */
const AT_ONCE = 64;
const PULL_MS = 30_000;
const BACK_MS = 500;

/** Events on one JetStream stream, subjects <namespace>.events.<service>.<event>, kept for a week. */
export function openJetStreamBus(broker: Broker): EventBus {
  const { namespace, manager, logger } = broker;
  const root = `${namespace}.events.`;
  const stream = lazyStream(broker, {
    name: `${namespace.toUpperCase()}_EVENTS`,
    subjects: [`${root}>`],
    retention: RetentionPolicy.Limits,
    max_age: nanoseconds(KEEP_MS),
    duplicate_window: nanoseconds(DEDUPLICATE_MS),
    allow_direct: true,
  });

  const hear = (message: Msg, handler: (event: BusEvent) => Promise<void>) => {
    const subject = message.subject.slice(root.length);
    const id = message.headers?.get(EVENT_ID) ?? "";
    return context.with(contextFromHeaders(plainHeaders(message.headers)), () =>
      withSpan(
        `receive ${subject}`,
        { kind: SpanKind.CONSUMER, attributes: { "climb.event.subject": subject, "climb.event.id": id } },
        () => handler({ subject, id, payload: message.data }),
      ),
    );
  };

  /** Every event from now on. */
  const subscribe = async (subject: string, handler: (event: BusEvent) => Promise<void>, signal: AbortSignal) => {
    const what = `subscribe to ${subject}`;
    const { state } = await stream.use(what, () => manager.streams.info(stream.name));
    const options = { what, stream, subject: `${root}${subject}`, after: state.last_seq, signal };
    return crowd(AT_ONCE, async (begin) => {
      for await (const { message } of followStream(broker, options)) {
        await begin(() =>
          hear(message, handler).catch((err) => logger.warn({ err, subject }, "an event handler failed")),
        );
      }
    });
  };

  /** One member's share of the events of a group. */
  const join = async (
    subject: string,
    group: string,
    handler: (event: BusEvent) => Promise<void>,
    signal: AbortSignal,
  ) => {
    const what = `subscribe to ${subject} as ${group}`;
    const durable = `${group}-${subject}`.replace(/[^A-Za-z0-9_-]/g, "_");
    const present = () =>
      stream.use(what, () =>
        manager.consumers.add(stream.name, {
          durable_name: durable,
          filter_subject: `${root}${subject}`,
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanoseconds(ACK_WAIT_MS),
          deliver_policy: DeliverPolicy.All,
          max_ack_pending: -1,
        }),
      );
    const handle = async ({ message, delivery }: Delivered) => {
      // A handler may take longer than the server waits for an acknowledgement; the event is not delivered again meanwhile.
      const working = setInterval(() => tell(broker, message, SIGNS.working), ACK_WAIT_MS / 3);
      try {
        await hear(message, handler);
        tell(broker, message, SIGNS.done);
      } catch (err) {
        logger.warn({ err, subject, delivery }, "an event handler failed");
        const delayMs = RETRY_MS[Math.min(delivery, RETRY_MS.length) - 1] ?? 0;
        tell(broker, message, SIGNS.again(delayMs));
      } finally {
        clearInterval(working);
      }
    };
    await present();
    return crowd(AT_ONCE, async (begin) => {
      const request = { stream: stream.name, consumer: durable, batch: AT_ONCE, expiresMs: PULL_MS, signal };
      while (!signal.aborted) {
        try {
          for await (const delivered of pull(broker, {
            ...request,
            onLate: (late) => tell(broker, late, SIGNS.again(0)),
          })) {
            await begin(() => handle(delivered));
          }
        } catch (err) {
          if (signal.aborted) return;
          logger.debug({ err, subject, group }, "a subscription waits for the broker");
          await new Promise((resolve) => setTimeout(resolve, BACK_MS));
          // The server may have forgotten the group, too.
          await present().catch((error) => {
            if (!isUnavailable(error)) throw error;
          });
        }
      }
    });
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
          headers.set("Nats-Msg-Id", `${subject}/${id}`);
          await stream.use(`publish ${subject}`, () => broker.publish(`${root}${subject}`, payload, headers));
        },
      );
    },
    async subscribe({ subject, group, handler }) {
      const end = new AbortController();
      const { signal } = end;
      const begun = await (group ? join(subject, group, handler, signal) : subscribe(subject, handler, signal));
      const running = begun.running.catch((err) => logger.error({ err, subject, group }, "a subscription ended"));
      return {
        async close() {
          end.abort();
          await running;
        },
      };
    },
  };
}

/** Runs what begins tasks, of which `atOnce` run at a time. In an object, so that who awaits it does not await the end. */
function crowd(
  atOnce: number,
  work: (begin: (task: () => Promise<unknown>) => Promise<void>) => Promise<void>,
): { running: Promise<void> } {
  let busy = 0;
  let free = () => {};
  const begin = async (task: () => Promise<unknown>) => {
    busy++;
    void task().finally(() => {
      busy--;
      free();
    });
    while (busy >= atOnce) {
      await new Promise<void>((resolve) => {
        free = resolve;
      });
    }
  };
  return { running: work(begin) };
}
