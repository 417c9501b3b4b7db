import { VersionConflictError } from "@climb/runtime";
import { headers as natsHeaders, RetentionPolicy } from "nats";
import type { Broker } from "../nats/broker.js";
import { API_ERRORS, isApiError } from "../nats/errors.js";
import { followStream, readStream } from "../nats/read.js";
import { lastOf, lazyStream } from "../nats/streams.js";
import { checkLogName } from "./names.js";
import type { EventLog, LogRecord } from "./port.js";

/**
 * Event logs in one JetStream stream, a subject each. A version is the record's sequence in the stream, so versions of
 * one log grow but have gaps.
 */
export function openJetStreamEventLog(broker: Broker): EventLog {
  const { namespace, manager } = broker;
  const root = `${namespace}.log.`;
  const stream = lazyStream(broker, {
    name: `${namespace.toUpperCase()}_LOG`,
    subjects: [`${root}>`],
    retention: RetentionPolicy.Limits,
    allow_direct: true,
  });
  const subjectOf = (log: string) => {
    checkLogName(log);
    return `${root}${log.replaceAll("/", ".")}`;
  };
  const find = async (log: string): Promise<LogRecord | undefined> => {
    const found = await lastOf(broker, stream.name, subjectOf(log));
    return found && { version: found.sequence, record: found.data };
  };

  return {
    async append(log, expectedVersion, record) {
      const subject = subjectOf(log);
      const headers = natsHeaders();
      headers.set("Nats-Expected-Last-Subject-Sequence", String(expectedVersion));
      return await stream.use(`append to log ${log}`, async () => {
        try {
          return await broker.publish(subject, record, headers);
        } catch (error) {
          if (!isApiError(error, API_ERRORS.wrongLastSequence)) throw error;
          throw new VersionConflictError(log, expectedVersion, (await find(log))?.version ?? 0);
        }
      });
    },
    async *read(log, options) {
      const { after = 0 } = options ?? {};
      for await (const { sequence, message } of readStream(broker, {
        what: `read log ${log}`,
        stream,
        subject: subjectOf(log),
        after,
      })) {
        yield { version: sequence, record: message.data };
      }
    },
    last: async (log) => {
      subjectOf(log);
      return await stream.use(`read the end of log ${log}`, () => find(log));
    },
    async *follow(log, { after = 0, signal }) {
      for await (const { sequence, message } of followStream(broker, {
        what: `follow log ${log}`,
        stream,
        subject: subjectOf(log),
        after,
        signal,
      })) {
        yield { version: sequence, record: message.data };
      }
    },
    async remove(log) {
      const filter = subjectOf(log);
      await stream.use(`remove log ${log}`, () => manager.streams.purge(stream.name, { filter }));
    },
  };
}
