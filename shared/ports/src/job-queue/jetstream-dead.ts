import type { MsgHdrs } from "nats";
import type { Broker } from "../nats/broker.js";
import { readStream } from "../nats/read.js";
import { lastOf } from "../nats/streams.js";
import { checkJobId } from "./ids.js";
import { DELIVERIES, type Names, REASON, TIME } from "./jetstream-lease.js";
import type { DeadLetter, JobQueue } from "./port.js";

/** The dead letters of a queue: a stream of their own, the latest of each job. */
export function jetStreamDeadLetters(
  broker: Broker,
  { queue, dead, deadSubject }: Names,
): Pick<JobQueue, "deadLetters" | "deadLetter" | "removeDeadLetter"> {
  return {
    async deadLetters(limit = 1000) {
      const letters: DeadLetter[] = [];
      if (limit <= 0) return letters;
      const what = `read the dead letters of ${queue}`;
      const all = { what, stream: dead, subject: deadSubject("*"), after: 0 };
      for await (const { message } of readStream(broker, all)) {
        letters.push(letterOf(message.subject.slice(deadSubject("").length), message.data, message.headers));
        if (letters.length >= limit) break;
      }
      return letters;
    },
    async deadLetter(id) {
      checkJobId(id);
      const found = await dead.use(`read the dead letter of job ${id} of ${queue}`, () =>
        lastOf(broker, dead.name, deadSubject(id)),
      );
      return found && letterOf(id, found.data, found.headers);
    },
    async removeDeadLetter(id) {
      checkJobId(id);
      await dead.use(`remove the dead letter of job ${id} of ${queue}`, () =>
        broker.manager.streams.purge(dead.name, { filter: deadSubject(id) }),
      );
    },
  };
}

function letterOf(id: string, payload: Uint8Array, headers: MsgHdrs | undefined): DeadLetter {
  return {
    id,
    payload,
    deliveries: Number(headers?.get(DELIVERIES)),
    reason: Buffer.from(headers?.get(REASON) ?? "", "base64").toString("utf8"),
    // Letters of an earlier version do not say it.
    timeMs: Number(headers?.get(TIME)) || 0,
  };
}
