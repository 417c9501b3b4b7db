import type { HeldJob, Process } from "@climb/proto/system/v1/system_service";
import { Table } from "../figures/table.js";
import { count, duration } from "../format.js";
import type { Wire } from "../wire.js";
import { ResourceLink } from "./resource-link.js";

const SHOWN_JOBS = 6;

/** The processes that are up, what they do and what they hold. */
export function Processes({ processes }: { processes: readonly Wire<Process>[] }) {
  return (
    <section class="card wide" aria-labelledby="processes">
      <h2 id="processes">Processes</h2>
      <p class="soft">Those that were heard of within the last minute; each tells of itself every ten seconds.</p>
      <Table
        label="Processes"
        headers={["service", "machine", "version", "up for", "does", "holds"]}
        rows={processes.map((process) => [
          process.service,
          process.host,
          process.version,
          duration(secondsBetween(process.startTime, process.seenTime)),
          { node: <Duties process={process} /> },
          { node: <Held process={process} /> },
        ])}
      />
    </section>
  );
}

function Duties({ process: { answers, queues } }: { process: Wire<Process> }) {
  const taken = queues.map(({ queue, atOnce }) => `${queue}${atOnce > 1 ? ` ×${atOnce}` : ""}`);
  return <span class="reason">{[...(answers ? ["answers calls"] : []), ...taken].join(", ") || "nothing"}</span>;
}

function Held({ process: { jobs, jobsHeld, seenTime } }: { process: Wire<Process> }) {
  if (jobsHeld === 0) return <>nothing</>;
  return (
    <>
      {jobs.slice(0, SHOWN_JOBS).map((job) => (
        <div key={`${job.queue} ${job.jobId}`}>
          <JobName job={job} /> <small>for {duration(secondsBetween(job.since, seenTime))}</small>
        </div>
      ))}
      {jobsHeld > SHOWN_JOBS && <div>and {count(jobsHeld - SHOWN_JOBS)} more</div>}
    </>
  );
}

function JobName({ job: { queue, jobId, resourceId, delivery } }: { job: Wire<HeldJob> }) {
  return (
    <>
      {resourceId ? <ResourceLink kind={queue} id={resourceId} /> : <span title={jobId}>a shard of {queue}</span>}
      {delivery > 1 && `, delivery ${delivery}`}
    </>
  );
}

/** By the clock of the process that told both. */
function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  return from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : undefined;
}
