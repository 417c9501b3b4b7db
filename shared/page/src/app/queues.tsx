import type { Process, Queue } from "@climb/proto/system/v1/system_service";
import { Table } from "../figures/table.js";
import { count, duration } from "../format.js";
import type { Wire } from "../wire.js";

interface Props {
  queues: readonly Wire<Queue>[];
  processes: readonly Wire<Process>[];
}

/** What lies in each queue, and how many processes take it; empty ones stand aside. */
export function Queues({ queues, processes }: Props) {
  const isEmpty = ({ waiting, leased, deadLetters }: Wire<Queue>) => waiting + leased + deadLetters === 0;
  const [empty, full] = [queues.filter(isEmpty), queues.filter((queue) => !isEmpty(queue))];
  return (
    <section class="card wide" aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      <p class="soft">Jobs that wait, jobs in the hands of workers, and the age of the oldest of both.</p>
      {full.length === 0 && <p>Nothing lies in any queue.</p>}
      {full.length > 0 && <QueueTable label="Queues" queues={full} processes={processes} />}
      {empty.length > 0 && (
        <details>
          <summary>{count(empty.length)} empty</summary>
          <QueueTable label="Empty queues" queues={empty} processes={processes} />
        </details>
      )}
    </section>
  );
}

function QueueTable({ label, queues, processes }: Props & { label: string }) {
  const takersOf = (name: string) =>
    processes.filter((process) => process.queues.some(({ queue }) => queue === name)).length;
  return (
    <Table
      label={label}
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
  );
}
