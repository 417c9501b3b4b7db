import { ServiceError } from "../errors.js";
import { createBudget } from "./budget.js";
import type { LimitConfig } from "./config.js";

/** A call that has been let in. */
export interface Entry {
  /** Waits until there is room for a request of so many bytes. @throws ServiceError exhausted LIMIT_REACHED */
  reserve(bytes: number): Promise<void>;
  /** Gives back the room for the request: it has come in, and is small. */
  received(): void;
  /** The call is over. */
  leave(): void;
}

/** How much callers may ask for at once. */
export interface Limits {
  /**
   * Lets a call in.
   * @param trusted whether it is one of the suite's own services, which share only the limit of all
   * @throws ServiceError exhausted LIMIT_REACHED, with the time after which another try is worth while
   */
  enter(who: string, trusted: boolean): Entry;
}

interface Client {
  calls: number;
  /** Calls that may still be made now, as of `atMs`. */
  tokens: number;
  atMs: number;
}

/** Who waits longer for room is told to come again. */
const WAIT_MS = 10_000;
const RETRY_MS = 1000;
/** Callers that are remembered for their rate; idle ones are forgotten above. */
const REMEMBERED = 10_000;

/** @param now a clock in milliseconds */
export function createLimits(config: LimitConfig, now: () => number = () => performance.now()): Limits {
  const { CLIMB_LIMIT_RATE: rate, CLIMB_LIMIT_CALLS: most, CLIMB_LIMIT_CLIENT_CALLS: mostEach } = config;
  const bytes = createBudget({ all: config.CLIMB_LIMIT_BYTES, each: config.CLIMB_LIMIT_CLIENT_BYTES });
  const burst = 2 * rate;
  const clients = new Map<string, Client>();
  let calls = 0;
  /** Of the calls of services, each of which has a share of its own. */
  let number = 0;

  const clientOf = (who: string): Client => {
    const known = clients.get(who) ?? { calls: 0, tokens: burst, atMs: now() };
    clients.set(who, known);
    if (clients.size > REMEMBERED) {
      for (const [name, { calls }] of clients) if (calls === 0 && name !== who) clients.delete(name);
    }
    return known;
  };
  const pay = (client: Client) => {
    if (rate === 0) return;
    const atMs = now();
    client.tokens = Math.min(burst, client.tokens + ((atMs - client.atMs) / 1000) * rate);
    client.atMs = atMs;
    const missing = 1 - client.tokens;
    if (missing > 0) throw reached("CLIMB_LIMIT_RATE", `more than ${rate} calls a second`, (missing / rate) * 1000);
    client.tokens--;
  };

  return {
    enter(who, trusted) {
      if (calls >= most) throw reached("CLIMB_LIMIT_CALLS", `${calls} calls are under way`, RETRY_MS);
      const client = trusted ? undefined : clientOf(who);
      if (client) {
        if (client.calls >= mostEach) {
          throw reached("CLIMB_LIMIT_CLIENT_CALLS", `${client.calls} calls of this caller are under way`, RETRY_MS);
        }
        pay(client);
        client.calls++;
      }
      calls++;
      let [open, giveBack] = [true, () => {}];
      // Signals are made only for who has to wait.
      let left: AbortController | undefined;
      // Each call of a trusted service counts for itself.
      const name = trusted ? `service ${++number}` : who;
      return {
        async reserve(amount) {
          const taken = bytes.tryTake(name, amount);
          if (taken) {
            giveBack = taken;
            if (!open) giveBack();
            return;
          }
          left = new AbortController();
          const late = AbortSignal.timeout(WAIT_MS);
          try {
            giveBack = await bytes.take(name, amount, AbortSignal.any([late, left.signal]));
          } catch {
            throw reached("CLIMB_LIMIT_BYTES", "too many bytes of requests are on their way", RETRY_MS);
          }
          if (!open) giveBack();
        },
        received: () => giveBack(),
        leave() {
          if (!open) return;
          open = false;
          calls--;
          if (client) client.calls--;
          giveBack();
          left?.abort();
        },
      };
    },
  };
}

function reached(limit: string, found: string, retryAfterMs: number): ServiceError {
  // A hair above a whole number is a rounding of the clock.
  const waitMs = Math.ceil(retryAfterMs - 1e-6);
  const message = `${found}, which is the limit: come again in ${waitMs} ms`;
  return new ServiceError("exhausted", "LIMIT_REACHED", message, { limit }, { retryAfterMs: waitMs });
}
