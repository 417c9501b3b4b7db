import { ErrorCode, NatsError } from "nats";
import type { Broker } from "./broker.js";

/** What a holder of a job knows of other holders. */
export interface Holding {
  /** Whether a later delivery of the job has its work by now. */
  readonly lost: boolean;
  /** Asks whether somebody else holds the job by a later delivery, and is `lost` if so. */
  ask(): Promise<void>;
  end(): void;
}

const HELD = "held";
const FREE = "free";
const ANSWER_MS = 1000;

/**
 * Answers, for as long as a job is held, those who ask whether it is. After an outage the server hands jobs out again
 * whose holders it did not hear; only the holders themselves know that they go on.
 * @param isHeld whether this holder goes on
 */
export function hold(broker: Broker, subject: string, delivery: number, isHeld: () => boolean): Holding {
  const me = `${delivery} ${crypto.randomUUID()}`;
  let lost = false;
  const subscription = broker.nats.subscribe(subject, {
    callback: (error, message) => {
      const asker = message?.string();
      if (error || asker === me) return;
      if (!isHeld() || isLater(asker, me)) {
        lost = true;
        end();
      }
      message.respond(lost ? FREE : HELD);
    },
  });
  const end = () => {
    if (!broker.nats.isClosed() && !subscription.isClosed()) subscription.unsubscribe();
  };
  return {
    get lost() {
      return lost;
    },
    async ask() {
      if ((await question(broker, subject, me)) && !subscription.isClosed()) {
        lost = true;
        end();
      }
    },
    end,
  };
}

/** Whether somebody goes on with a job that was delivered to somebody else too. */
export function isHeldElsewhere(broker: Broker, subject: string): Promise<boolean> {
  return question(broker, subject, "");
}

async function question({ nats }: Broker, subject: string, asker: string): Promise<boolean> {
  try {
    return (await nats.request(subject, asker, { timeout: ANSWER_MS })).string() === HELD;
  } catch (error) {
    if (error instanceof NatsError && (error.code === ErrorCode.NoResponders || error.code === ErrorCode.Timeout)) {
      return false;
    }
    throw error;
  }
}

/** Whether who asks holds the job by a later delivery; who only wants to know whether it is free holds nothing. */
function isLater(asker: string, me: string): boolean {
  if (asker === "") return false;
  const [theirs, mine] = [Number.parseInt(asker, 10), Number.parseInt(me, 10)];
  return theirs === mine ? asker > me : theirs > mine;
}
