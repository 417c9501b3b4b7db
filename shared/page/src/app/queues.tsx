import type { Process, Queue } from "@climb/proto/system/v1/system_service";
import { Table } from "../figures/table.js";
import { count, duration } from "../format.js";
import type { Wire } from "../wire.js";

/** What lies in each queue, and how many processes take it. */
export function Queues({ queues, processes }: { queues: readonly Wire<Queue>[]; processes: readonly Wire<Process>[] }) {
  const takersOf = (name: string) =>
    processes.filter((process) => process.queues.some(({ queue }) => queue === name)).length;
  return (
    <section class="card" aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      <p class="soft">Jobs that wait, jobs in the hands of workers, and the age of the oldest of both.</p>
      {queues.length === 0 && <p>No queue was used yet.</p>}
      {queues.length > 0 && (
        <Table
          label="Queues"
          headers={["queue", "waiting", "in hand", "oldest", "given up", "processes"]}
          rows={queues.map(({ name, waiting, leased, oldestAgeSeconds, deadLetters }) => {
            const takers = takersOf(name);
            return [
              name,
              { node: count(waiting), number: true },
              { node: count(leased), number: true },
              { node: waiting + leased > 0 ? duration(oldestAgeSeconds) : "–", number: true },
              { node: deadLetters > 0 ? <span class="worse">{count(deadLetters)}</span> : "0", number: true },
              {
                node: takers === 0 && waiting > 0 ? <span class="worse">nobody takes it</span> : count(takers),
                number: true,
              },
            ];
          })}
        />
      )}
    </section>
  );
}
