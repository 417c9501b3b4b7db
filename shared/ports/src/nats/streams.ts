import { type ConsumerConfig, DiscardPolicy, type MsgHdrs, StorageType, type StreamConfig } from "nats";
import { type Broker, CALL_TIMEOUT_MS } from "./broker.js";
import { API_ERRORS, isApiError, isGone, nobodyThere } from "./errors.js";

/** A stream that is made when it is first used, and again if the server has lost it. */
export interface StreamHandle {
  readonly name: string;
  /** Calls the broker with the stream there. @throws ServiceError unavailable PEER_UNREACHABLE */
  use<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/** A message as it lies in a stream. */
export interface StoredMessage {
  sequence: number;
  data: Uint8Array;
  headers: MsgHdrs | undefined;
}

/** Milliseconds as JetStream wants durations. */
export function nanoseconds(ms: number): number {
  return ms * 1_000_000;
}

/** A stream that is created, or brought to its configuration, when it is first used. */
export function lazyStream(
  broker: Broker,
  config: Partial<StreamConfig> & { name: string },
  consumer?: Partial<ConsumerConfig> & { durable_name: string },
): StreamHandle {
  const full = { storage: StorageType.File, num_replicas: broker.replicas, ...config };
  let made: Promise<void> | undefined;
  const make = async () => {
    await ensureStream(broker, full);
    if (consumer) await broker.manager.consumers.add(full.name, consumer);
  };
  const present = async () => {
    made ??= make();
    const waiting = made;
    try {
      await waiting;
    } catch (error) {
      if (made === waiting) made = undefined;
      throw error;
    }
    return waiting;
  };
  return {
    name: full.name,
    use: (what, work) =>
      broker.call(what, async () => {
        await present();
        const before = made;
        try {
          return await work();
        } catch (error) {
          if (!isGone(error)) throw error;
          if (made === before) made = undefined;
          await present();
          return await work();
        }
      }),
  };
}

/** Creates a stream, or brings an existing one to the given configuration. Safe when several services start at once. */
async function ensureStream({ manager }: Broker, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    await manager.streams.add(config);
  } catch (error) {
    // Another service created it with another version's options; the newer start wins.
    if (!isApiError(error, API_ERRORS.streamNameInUse)) throw error;
    await manager.streams.update(config.name, config);
  }
}

/** What makes a stream a bucket of latest values by key, as the tools of NATS know it. */
export function bucketConfig(bucket: string, volatile = false): Partial<StreamConfig> & { name: string } {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    storage: volatile ? StorageType.Memory : StorageType.File,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    allow_direct: true,
  };
}

/**
 * The last message of a subject, to be called within `use` of its stream.
 * @param atLeast a sequence that is known to be there
 */
export async function lastOf(
  broker: Broker,
  stream: string,
  subject: string,
  atLeast?: number,
): Promise<StoredMessage | undefined> {
  // Any copy may answer a direct read, also one that is behind; who asks for no sequence wants to see every write.
  if (broker.replicas === 1 || atLeast !== undefined) {
    const message = await directLast(broker, stream, subject);
    if (atLeast === undefined || (message && message.sequence >= atLeast)) return message;
    if (broker.replicas === 1) return message;
  }
  try {
    const message = await broker.manager.streams.getMessage(stream, { last_by_subj: subject });
    return { sequence: message.seq, data: message.data, headers: message.header };
  } catch (error) {
    if (isApiError(error, API_ERRORS.messageNotFound)) return undefined;
    throw error;
  }
}

async function directLast({ nats }: Broker, stream: string, subject: string): Promise<StoredMessage | undefined> {
  const { data, headers } = await nats.request(
    `$JS.API.DIRECT.GET.${stream}`,
    JSON.stringify({ last_by_subj: subject }),
    { timeout: CALL_TIMEOUT_MS },
  );
  if (headers?.code === 404) return undefined;
  if (!headers || headers.code >= 400) throw nobodyThere();
  return { sequence: Number(headers.get("Nats-Sequence")), data, headers };
}
