import { ServiceError } from "./errors.js";
import type { Lifecycle } from "./lifecycle.js";
import type { Logger } from "./logging.js";

export interface RunServiceOptions {
  logger: Logger;
  lifecycle: Lifecycle;
  /** Time to close in order; keep it below the pod's terminationGracePeriodSeconds. */
  graceMs: number;
  /** Opens everything, and says in the lifecycle how it closes. */
  start(): Promise<void>;
}

/**
 * Runs a process from start to end. SIGTERM or SIGINT close the lifecycle in order and end with code 0, or with 1 when
 * the time is up; a second signal ends at once. A start that fails, or a rejection that nobody handles, closes what is
 * open and ends with code 1. A signal during the start is heard at once.
 */
export async function runService({ logger, lifecycle, graceMs, start }: RunServiceOptions): Promise<void> {
  let ending = false;
  let exitCode = 0;
  const end = (reason: string) => {
    if (ending) return;
    ending = true;
    logger.info({ reason }, "closing");
    setTimeout(() => {
      logger.fatal(`not everything closed within ${graceMs} ms`);
      process.exit(1);
    }, graceMs);
    void lifecycle.close().then(() => process.exit(exitCode));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      end(signal);
    });
  }
  process.on("unhandledRejection", (error) => {
    logger.fatal({ err: error }, "a rejection that nobody handled");
    exitCode = 1;
    end("unhandled rejection");
  });

  try {
    await start();
  } catch (error) {
    // What a start says while it is being closed is about the closing.
    if (ending) return;
    // A failure that has a reason is told in a sentence; any other with its stack.
    if (error instanceof ServiceError) logger.fatal({ reason: error.reason }, `could not start: ${error.message}`);
    else logger.fatal({ err: error }, "could not start");
    exitCode = 1;
    end("failed start");
  }
}
