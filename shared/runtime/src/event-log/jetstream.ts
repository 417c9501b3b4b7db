import { type JetStreamManager, NatsError, headers as natsHeaders, RetentionPolicy, StorageType } from "nats";
import { VersionConflictError } from "../errors.js";
import { ensureStream } from "../jetstream.js";
import type { NatsConnection } from "../nats.js";
import type { EventLog, LogRecord } from "../ports.js";
import { checkLogName, checkLogPrefix } from "./names.js";

const STREAM = "CLIMB_LOG";
const ROOT = "climb.log.";
const WRONG_LAST_SEQUENCE = 10071;

/**
 * Event logs in one JetStream stream, a subject each. A version is the record's sequence in the stream, so versions of
 * one log grow but have gaps.
 */
export async function openJetStreamEventLog(nats: NatsConnection): Promise<EventLog> {
  const manager = await nats.jetstreamManager();
  const stream = nats.jetstream();
  await ensureStream(manager, {
    name: STREAM,
    subjects: [`${ROOT}>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    allow_direct: true,
  });
  const last = async (log: string) => lastRecord(manager, subjectOf(log));

  const log: EventLog = {
    async append(name, expectedVersion, record) {
      const headers = natsHeaders();
      headers.set("Nats-Expected-Last-Subject-Sequence", String(expectedVersion));
      try {
        return (await stream.publish(subjectOf(name), record, { headers })).seq;
      } catch (error) {
        if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) {
          throw new VersionConflictError(name, expectedVersion, (await last(name))?.version ?? 0);
        }
        throw error;
      }
    },
    async *read(name, options) {
      const end = await last(name);
      const after = options?.after ?? 0;
      if (!end || end.version <= after) return;
      for await (const entry of consume(nats, subjectOf(name), after)) {
        yield entry;
        if (entry.version >= end.version) return;
      }
    },
    last,
    async *follow(name, { after = 0, signal }) {
      if (!signal.aborted) yield* consume(nats, subjectOf(name), after, signal);
    },
    async list(prefix) {
      checkLogPrefix(prefix);
      // Subjects match whole words only; the rest of the prefix is compared here.
      const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      const filter = `${ROOT}${folder.replaceAll("/", ".")}>`;
      const { state } = await manager.streams.info(STREAM, { subjects_filter: filter });
      return Object.keys(state.subjects ?? {})
        .map((subject) => subject.slice(ROOT.length).replaceAll(".", "/"))
        .filter((name) => name.startsWith(prefix))
        .sort();
    },
  };
  return log;
}

async function lastRecord(manager: JetStreamManager, subject: string): Promise<LogRecord | undefined> {
  try {
    const message = await manager.streams.getMessage(STREAM, { last_by_subj: subject });
    return { version: message.seq, record: message.data };
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

/** The records of a subject after a version, then new ones until the signal aborts; survives reconnects. */
async function* consume(
  nats: NatsConnection,
  subject: string,
  after: number,
  signal?: AbortSignal,
): AsyncGenerator<LogRecord> {
  const consumer = await nats.jetstream().consumers.get(STREAM, { filterSubjects: subject, opt_start_seq: after + 1 });
  const messages = await consumer.consume();
  const stop = () => messages.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (signal?.aborted) return;
    for await (const message of messages) yield { version: message.seq, record: message.data };
  } finally {
    signal?.removeEventListener("abort", stop);
    await messages.close();
  }
}

function subjectOf(log: string): string {
  checkLogName(log);
  return `${ROOT}${log.replaceAll("/", ".")}`;
}
