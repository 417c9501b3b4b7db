import type { Msg } from "nats";
import type { Broker } from "./broker.js";
import { nobodyThere, unavailable } from "./errors.js";
import { nanoseconds } from "./streams.js";

/** A message that a consumer delivered, and what its reply subject says of it. */
export interface Delivered {
  message: Msg;
  /** 1 for the first delivery. */
  delivery: number;
  /** In the stream. */
  sequence: number;
  /** Counts the deliveries of the consumer. */
  consumerSequence: number;
  timeMs: number;
  /** Messages that the consumer has yet to deliver. */
  pending: number;
}

export interface PullOptions {
  stream: string;
  consumer: string;
  /** Messages at most. */
  batch: number;
  /** After that the pull ends, whatever came. */
  expiresMs: number;
  /** Ends the pull at once. */
  signal?: AbortSignal;
  /** Gets what the server had sent when the pull was ended early, so that it can be handed back. */
  onLate?: (message: Msg) => void;
  /** Called when the server says that there is nothing now. */
  onIdle?: () => void;
}

const HEARTBEAT_MS = 5000;
/** A server that is so late with what it promised is away or frozen. */
const LATE_MS = 6000;
const CROWDED_MS = 250;

/**
 * One request for messages to a pull consumer. It ends without an error if the server says that it is over; anything
 * else is an error, and what was on its way may be lost: who must not lose anything makes the consumer anew.
 * @throws ServiceError unavailable, and errors of NATS for `Broker.call` to turn
 */
export async function* pull(broker: Broker, options: PullOptions): AsyncGenerator<Delivered, void> {
  const { stream, consumer, batch, expiresMs, signal, onLate, onIdle } = options;
  const { nats } = broker;
  const what = `messages of ${stream}`;
  if (signal?.aborted) return;
  if (!broker.available()) throw unavailable(what, "is away", nats.getServer());

  const heartbeatMs = expiresMs > 2 * HEARTBEAT_MS ? HEARTBEAT_MS : 0;
  const arrived: Delivered[] = [];
  let heardAt = performance.now();
  let outcome: { error?: unknown; early: boolean } | undefined;
  let received = 0;
  let wake = () => {};
  const end = (early: boolean, error?: unknown) => {
    outcome ??= { early, error };
    wake();
  };
  const inbox = `_INBOX.climb.${crypto.randomUUID()}`;
  const subscription = nats.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return end(true, error);
      heardAt = performance.now();
      const code = message.headers?.code ?? 0;
      if (code === 100) onIdle?.();
      else if (code === 404 || code === 408) end(false);
      else if (code === 503) end(false, nobodyThere());
      else if (code === 409) end(false, refusal(message, what, nats.getServer()));
      else if (code >= 400) end(false, unavailable(what, `says ${message.headers?.description}`, nats.getServer()));
      else if (outcome) onLate?.(message);
      else {
        arrived.push(delivered(message));
        if (++received === batch) end(false);
        wake();
      }
    },
  });
  const stopListening = broker.onAvailable(() => end(true, unavailable(what, "went away", nats.getServer())));
  const abort = () => end(true);
  signal?.addEventListener("abort", abort, { once: true });
  const patience = heartbeatMs ? heartbeatMs + LATE_MS : expiresMs + LATE_MS;
  const late = setInterval(() => {
    if (performance.now() - heardAt > patience) {
      end(true, unavailable(what, "does not answer in time", nats.getServer()));
    }
  }, 1000);
  try {
    const request = {
      batch,
      expires: nanoseconds(Math.ceil(expiresMs)),
      ...(heartbeatMs ? { idle_heartbeat: nanoseconds(heartbeatMs) } : {}),
    };
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), { reply: inbox });
    for (;;) {
      for (let next = arrived.shift(); next; next = arrived.shift()) yield next;
      if (outcome) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (outcome.error instanceof Crowded) await new Promise((resolve) => setTimeout(resolve, CROWDED_MS));
    else if (outcome.error) throw outcome.error;
  } finally {
    // Who stopped listening in the middle leaves what was not looked at.
    outcome ??= { early: true };
    for (const { message } of arrived) onLate?.(message);
    clearInterval(late);
    stopListening();
    signal?.removeEventListener("abort", abort);
    if (!nats.isClosed()) {
      // Drained, so that what is on its way is still heard; unless the pull is over and nothing can be.
      if (outcome.early && onLate) void subscription.drain().catch(() => {});
      else subscription.unsubscribe();
    }
  }
}

/** More pull requests wait at the server than it holds; nothing is wrong with this one. */
class Crowded extends Error {}

function refusal(message: Msg, what: string, address: string): Error {
  const said = message.headers?.description ?? "";
  if (/MaxWaiting/i.test(said)) return new Crowded(said);
  if (/Deleted/i.test(said)) return nobodyThere();
  return unavailable(what, `says ${said}`, address);
}

function delivered(message: Msg): Delivered {
  const tokens = (message.reply ?? "").split(".");
  // $JS.ACK.<stream>.<consumer>.<delivery>.<sequence>.<consumer sequence>.<time>.<pending>; newer servers put a domain
  // and an account before the stream.
  const [delivery, sequence, consumerSequence, timeNs, pending] = tokens.slice(tokens.length === 9 ? 4 : 6).map(Number);
  return {
    message,
    delivery: delivery ?? 1,
    sequence: sequence ?? 0,
    consumerSequence: consumerSequence ?? 0,
    timeMs: (timeNs ?? 0) / 1_000_000,
    pending: pending ?? 0,
  };
}
