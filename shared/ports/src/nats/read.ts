import { isUnavailable } from "@climb/runtime";
import { AckPolicy, DeliverPolicy, nuid } from "nats";
import type { Broker } from "./broker.js";
import { brokerError, isGone } from "./errors.js";
import { type Delivered, pull } from "./pull.js";
import { lastOf, nanoseconds, type StreamHandle } from "./streams.js";

export interface ReadOptions {
  /** For the messages of errors. */
  what: string;
  stream: StreamHandle;
  /** One subject, or a pattern of them. */
  subject: string;
  /** The messages after this sequence. */
  after: number;
  /** Only headers, no contents. */
  headersOnly?: boolean;
}

export interface FollowOptions extends ReadOptions {
  signal: AbortSignal;
  /** Is told at the start and after every outage where the stream ends now, before the first message. */
  onStart?: (start: FollowStart) => void;
  /** Is told when there was nothing for a while. */
  onIdle?: () => void;
}

export interface FollowStart {
  /** The last message there is of the subject; 0 for none. */
  end: number;
  /** The stream is another one than before: what was read of that is not there any more. */
  anew: boolean;
}

const BATCH = 256;
const FORGOTTEN_MS = 60_000;
const RETRY_MS = 500;

/** The messages that are there now, in order. @throws ServiceError unavailable */
export async function* readStream(broker: Broker, options: ReadOptions): AsyncGenerator<Delivered, void> {
  const { stream, subject, after, what } = options;
  const end = (await stream.use(what, () => lastOf(broker, stream.name, subject)))?.sequence ?? 0;
  let position = after;
  while (position < end) {
    for await (const message of openReader(broker, options, position, { expiresMs: 1000 })) {
      // What was last is gone meanwhile.
      if (message === IDLE) return;
      position = message.sequence;
      yield message;
      if (position >= end || message.pending === 0) return;
    }
  }
}

/**
 * The messages that are there, then every new one, until the signal aborts. Outages are waited for: nothing is lost
 * and nothing comes twice. @throws ServiceError unavailable at the start
 */
export async function* followStream(broker: Broker, options: FollowOptions): AsyncGenerator<Delivered, void> {
  const { stream, subject, signal, what, onStart, onIdle } = options;
  let position = options.after;
  let created: unknown;
  while (!signal.aborted) {
    try {
      const [info, last] = await stream.use(what, () =>
        Promise.all([broker.manager.streams.info(stream.name), lastOf(broker, stream.name, subject)]),
      );
      const anew = created !== undefined && created !== info.created;
      created = info.created;
      if (anew) position = 0;
      onStart?.({ end: last?.sequence ?? 0, anew });
      for await (const message of openReader(broker, options, position, { expiresMs: 30_000, signal, onIdle })) {
        if (message === IDLE) continue;
        position = message.sequence;
        yield message;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (created === undefined || !isUnavailable(error)) throw error;
      broker.logger.debug({ err: error, stream: stream.name, subject }, "a reader waits for the broker");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const IDLE = Symbol("idle");

/**
 * Messages through a consumer of their own; {@link IDLE} after a pull that brought none. Ends when nothing of what
 * follows can be trusted to be complete, or the signal aborts.
 */
async function* openReader(
  broker: Broker,
  { what, stream, subject, headersOnly }: ReadOptions,
  after: number,
  options: { expiresMs: number; signal?: AbortSignal; onIdle?: () => void },
): AsyncGenerator<Delivered | typeof IDLE, void> {
  const name = nuid.next();
  await stream.use(what, () =>
    broker.manager.consumers.add(stream.name, {
      name,
      filter_subject: subject,
      ack_policy: AckPolicy.None,
      ...(after > 0
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
        : { deliver_policy: DeliverPolicy.All }),
      ...(headersOnly ? { headers_only: true } : {}),
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanoseconds(FORGOTTEN_MS),
    }),
  );
  const openedAt = performance.now();
  let expected = 1;
  try {
    while (!options.signal?.aborted) {
      let received = 0;
      for await (const message of pull(broker, { stream: stream.name, consumer: name, batch: BATCH, ...options })) {
        // A message was sent that did not arrive: the consumer does not send it again.
        if (message.consumerSequence !== expected) return;
        expected++;
        received++;
        yield message;
      }
      if (broker.reconnectedAt > openedAt) return;
      if (received === 0) yield IDLE;
    }
  } catch (error) {
    // The server forgets a consumer that nobody read from for a while: no error, it is made anew.
    if (!isGone(error)) throw brokerError(error, what, broker.nats.getServer());
  } finally {
    if (broker.available()) void broker.manager.consumers.delete(stream.name, name).catch(() => {});
  }
}
