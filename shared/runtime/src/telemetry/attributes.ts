/** Every attribute that Climb puts on spans, metrics and logs, beyond the semantic conventions of OpenTelemetry. */
export const ATTRIBUTES = {
  "climb.job.id": "id of the job, which is the id of its resource",
  "climb.job.queue": "name of the job queue",
  "climb.job.delivery": "1 for the first delivery of the job",
  "climb.job.outcome":
    "what became of the job in these hands: completed, failed (it comes again), buried (given up), lost, released",
  "climb.event.subject": "subject of the event",
  "climb.event.id": "id of the event",
} as const;
