import { createServer } from "node:net";
import { threadId } from "node:worker_threads";

/**
 * Ports are taken from below those that Linux (from 32768) and others (from 49152) give to outgoing connections: a
 * process that a test has ended, to start it again on its port, would find it lent to somebody's call.
 */
const FIRST_PORT = 10_000;
const PORTS = 22_000;
const PORTS_OF_A_PROCESS = 100;

/** Processes and threads of tests, which run side by side, begin at different places. */
let next = ((process.pid + threadId) * PORTS_OF_A_PROCESS) % PORTS;

/**
 * A port of this machine on which nobody listens, and which this process does not give twice before it has given all.
 * @throws Error when there is none
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS; tried++) {
    const port = FIRST_PORT + next;
    next = (next + 1) % PORTS;
    if (await isFree(port)) return port;
  }
  throw new Error(`there is no free port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
