import { isUnavailable, ServiceError } from "@climb/runtime";
import { headers as natsHeaders } from "nats";
import { type Broker, CALL_TIMEOUT_MS } from "../nats/broker.js";
import type { Failures } from "../nats/failures.js";
import { plainHeaders, SIGNS, tell } from "../nats/headers.js";
import { hold } from "../nats/holders.js";
import type { Delivered } from "../nats/pull.js";
import type { StreamHandle } from "../nats/streams.js";
import type { Lease } from "./port.js";

/** The headers of a dead letter. */
export const DELIVERIES = "Climb-Deliveries";
export const REASON = "Climb-Reason";
/** In milliseconds since 1970. */
export const TIME = "Climb-Time";

/** The streams and names of one queue. */
export interface Names {
  queue: string;
  jobs: StreamHandle;
  dead: StreamHandle;
  jobSubject(id: string): string;
  deadSubject(id: string): string;
  heldSubject(id: string): string;
}

/** A lease of a job that JetStream delivered: kept, given back or ended by signs on the delivery's reply subject. */
export function leaseOf(
  broker: Broker,
  { queue, jobs, dead, deadSubject, heldSubject }: Names,
  failures: Failures,
  held: Set<() => void>,
  { delivered, id, leaseMs, failed }: { delivered: Delivered; id: string; leaseMs: number; failed: number },
): Lease {
  const { message, delivery } = delivered;
  /** When this worker last kept the lease, or tried to while the broker was away. */
  let keptAt = performance.now();
  /** An outage came since the server was heard last: somebody else may have the job. */
  let doubtful = false;
  let over = false;
  const runsOut = () => performance.now() - Math.max(keptAt, broker.reconnectedAt) > leaseMs && broker.available();
  const isHeld = () => !over && !runsOut();
  const holding = hold(broker, heldSubject(id), delivery, isHeld);
  const reassert = () => {
    doubtful = true;
    if (isHeld()) tell(broker, message, SIGNS.working);
    else end();
  };
  held.add(reassert);
  const end = () => {
    over = true;
    held.delete(reassert);
    holding.end();
  };
  const check = () => {
    if (isHeld() && !holding.lost) return;
    end();
    throw new ServiceError("wrongState", "LEASE_LOST", `the lease of job ${id} of ${queue} ran out`, { job: id });
  };
  /** Tells the server, and hears that it has heard. */
  const say = async (what: string, sign: string) => {
    check();
    try {
      await jobs.use(`${what} job ${id} of ${queue}`, async () => {
        const asked = doubtful ? holding.ask() : undefined;
        const heard = sign === SIGNS.working || !asked;
        const request = () => broker.nats.request(message.reply ?? "", sign, { timeout: CALL_TIMEOUT_MS });
        if (heard) await Promise.all([asked, request()]);
        else await asked;
        if (holding.lost) check();
        if (!heard) await request();
      });
      doubtful = false;
    } catch (error) {
      if (isUnavailable(error)) {
        doubtful = true;
        // It was kept as well as it could be.
        if (!over && sign === SIGNS.working) keptAt = performance.now();
      }
      throw error;
    }
  };
  return {
    id,
    payload: message.data,
    delivery,
    failures: failed,
    traceHeaders: traceOf(delivered),
    async extend() {
      const at = performance.now();
      await say("extend the lease of", SIGNS.working);
      keptAt = at;
    },
    async complete() {
      await say("complete", SIGNS.done);
      end();
      if (failed > 0) await failures.forget(id).catch(() => {});
    },
    async release({ delayMs = 0, failed: fails = false } = {}) {
      check();
      if (fails) await failures.set(id, failed + 1);
      await say("release", SIGNS.again(delayMs));
      end();
    },
    async bury(reason) {
      check();
      const headers = natsHeaders();
      headers.set(DELIVERIES, String(delivery));
      headers.set(REASON, Buffer.from(reason, "utf8").toString("base64"));
      headers.set(TIME, String(Date.now()));
      await dead.use(`bury job ${id} of ${queue}`, () => broker.publish(deadSubject(id), message.data, headers));
      await say("bury", SIGNS.done);
      end();
      if (failed > 0) await failures.forget(id).catch(() => {});
    },
  };
}

function traceOf({ message }: Delivered): Record<string, string> {
  const { traceparent = "", tracestate = "", baggage = "" } = plainHeaders(message.headers);
  return { traceparent, tracestate, baggage };
}
