/**
 * Every attribute that Climb puts on spans, metrics and logs, beyond the semantic conventions of OpenTelemetry. Spans
 * and log lines of a search carry its id wherever they come from; see TELEMETRY.md, which is made of this.
 */
export const ATTRIBUTES = {
  "climb.search.id": "search for which something is done; travels in W3C baggage with the trace",
  "climb.project.id": "project for which something is done, where callers are asked who they are",
  "climb.search.step": "step of a search: embed, cluster, tokenise, planRound, awaitRuns, fit, …",
  "climb.search.round": "round of a search, from 1",
  "climb.resource.kind": "kind of the resource that a job makes: search, run, predictor, …",
  "climb.resource.id": "id of that resource",
  "climb.run.id": "id of a proxy run",
  "climb.training.step": "optimiser step of a run that a checkpoint holds",
  "climb.checkpoint.bytes": "size of a checkpoint",
  "climb.checkpoint.seconds": "time that it took to write and to store a checkpoint",
  "climb.checkpoint.phase": "encode (in the worker thread, training stands still) or store",
  "climb.target.name": "target of a search, as its author calls it",
  "climb.job.id": "id of the job, which is the id of its resource and its attempt",
  "climb.job.queue": "name of the job queue",
  "climb.job.delivery": "1 for the first delivery of the job",
  "climb.job.outcome":
    "what became of the job in these hands: completed, failed (it comes again), buried (given up), lost, released",
  "climb.task.name": "what a worker thread computes",
  "climb.link.reason":
    "why a span is linked: earlier delivery (the attempt that was lost or failed), goes on (the same work's next or last part)",
  "climb.span.part": "which part of the work a span is, from 2, where the work outlasted the limit of a span",
  "climb.event.subject": "subject of the event",
  "climb.event.id": "id of the event",
} as const;

/** The name of an attribute of ours. */
export type AttributeName = keyof typeof ATTRIBUTES;
