import { useState } from "preact/hooks";
import { CallError, call } from "./api.js";
import { DeadLetters } from "./dead-letters.js";
import { useAsked } from "./live.js";
import { Fault } from "./parts.js";
import { Processes } from "./processes.js";
import { Queues } from "./queues.js";
import { useTitle } from "./title.js";
import { Usage } from "./usage.js";

const LOOK_EVERY_MS = 3000;
const FORBIDDEN = 403;

/** How the suite is doing: what was given up, what waits, who works, and who has used how much. */
export function System() {
  useTitle("System");
  const [asked, setAsked] = useState(0);
  const { answer, failure } = useAsked(look, [asked], LOOK_EVERY_MS);
  return (
    <>
      <h1>System</h1>
      <Fault message={failure} />
      <div class="cards">
        {answer === "forbidden" && (
          <p class="card wide">
            Queues, processes and jobs that were given up are those of all projects: an admin of the project * alone
            sees them.
          </p>
        )}
        {answer && answer !== "forbidden" && (
          <>
            <DeadLetters letters={answer.deadLetters} queues={answer.queues} retried={() => setAsked(asked + 1)} />
            <Queues queues={answer.queues} processes={answer.processes} />
            <Processes processes={answer.processes} />
          </>
        )}
        <Usage />
      </div>
    </>
  );
}

/** What the services tell of themselves, or that this reader may not hear it. */
async function look() {
  try {
    const [{ processes }, { queues }, { deadLetters }] = await Promise.all([
      call("system", "listProcesses", {}),
      call("system", "listQueues", {}),
      call("system", "listDeadLetters", {}),
    ]);
    return { processes, queues, deadLetters };
  } catch (error) {
    if (error instanceof CallError && error.status === FORBIDDEN) return "forbidden" as const;
    throw error;
  }
}
