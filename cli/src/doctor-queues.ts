import type { Process, Queue } from "@climb/proto/system/v1/system_service";
import type { Check } from "./doctor.js";

/** What an operator should know of a suite's queues: what was given up, and what waits for a worker that is not there. */
export function checkQueues(queues: readonly Queue[], processes: readonly Process[]): Check {
  const name = "queues";
  const taken = new Set(processes.flatMap((process) => process.queues.map(({ queue }) => queue)));
  const sum = (of: (queue: Queue) => bigint) => queues.reduce((total, queue) => total + of(queue), 0n);
  const [waiting, leased, dead] = [
    sum((queue) => queue.waiting),
    sum((queue) => queue.leased),
    sum(({ deadLetters }) => deadLetters),
  ];
  const alone = queues.filter((queue) => queue.waiting > 0n && !taken.has(queue.name)).map((queue) => queue.name);
  if (alone.length > 0) return { name, state: "warn", said: `no process takes ${alone.join(", ")}, where jobs wait` };
  if (dead > 0n) return { name, state: "warn", said: `${dead} jobs were given up: see climb system` };
  return { name, state: "pass", said: `${waiting} jobs wait, ${leased} are in hand, none was given up` };
}
