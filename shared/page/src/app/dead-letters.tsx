import type { DeadLetter, DeadLetterResource, Queue } from "@climb/proto/system/v1/system_service";
import { Table } from "../figures/table.js";
import { count, moment } from "../format.js";
import type { Wire } from "../wire.js";
import { STATES } from "../words.js";
import { call } from "./api.js";
import { Action } from "./parts.js";
import { ResourceLink } from "./resource-link.js";

interface Props {
  letters: readonly Wire<DeadLetter>[];
  queues: readonly Wire<Queue>[];
  /** Called when one was begun again. */
  retried: () => void;
}

/** The jobs that were given up, with why, and a button that begins them again. */
export function DeadLetters({ letters, queues, retried }: Props) {
  const all = queues.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const retry = async ({ queue, jobId }: Wire<DeadLetter>) => {
    await call("system", "retryDeadLetter", { queue, jobId });
  };
  return (
    <section class="card wide" aria-labelledby="given-up">
      <h2 id="given-up">Given up</h2>
      <p class="soft">
        Jobs that failed three times, or whose workers died at them. What they were to make has failed; begun again, it
        goes on with what was finished. A search that has failed because of it is begun again on its own page.
      </p>
      {letters.length === 0 && <p>No job was given up.</p>}
      {letters.length > 0 && (
        <>
          <Table
            label="Jobs that were given up"
            headers={["what", "begin again", "why", "when", "queue", "deliveries"]}
            rows={letters.map((letter) => [
              { node: <Lost resources={letter.resources} /> },
              {
                node: (
                  <Action
                    key={`${letter.queue} ${letter.jobId}`}
                    label={`${wordFor(letter)} job ${letter.jobId} of ${letter.queue}`}
                    act={() => retry(letter).then(retried)}
                    plain
                  >
                    {wordFor(letter)}
                  </Action>
                ),
              },
              { node: <span class="reason">{letter.reason}</span> },
              moment(letter.time),
              letter.queue,
              { node: count(letter.deliveries), number: true },
            ])}
          />
          {letters.length > 1 && (
            <Action
              act={async () => {
                for (const letter of letters) await retry(letter);
                retried();
              }}
            >
              Retry all {count(letters.length)}
            </Action>
          )}
          {all > letters.length && <p class="soft">{count(all - letters.length)} more come when these are gone.</p>}
        </>
      )}
    </section>
  );
}

/** Where there is nothing to begin again, the letter is only removed. */
function wordFor({ resources }: Wire<DeadLetter>): string {
  return resources.some(({ retriable }) => retriable) ? "Retry" : "Remove";
}

function Lost({ resources }: { resources: readonly Wire<DeadLetterResource>[] }) {
  if (resources.length === 0) return <>nothing is known of it</>;
  return (
    <>
      {resources.map(({ kind, id, state, retriable }) => (
        <div key={`${kind} ${id}`}>
          <ResourceLink kind={kind} id={id} />
          {!retriable && <small>{state === 0 ? "was deleted" : `is ${STATES[state]} now`}</small>}
        </div>
      ))}
    </>
  );
}
