import { type Attributes, context, metrics, type ObservableResult, type SpanContext, trace } from "@opentelemetry/api";
import { METRIC_RPC_CLIENT_CALL_DURATION, METRIC_RPC_SERVER_CALL_DURATION } from "@opentelemetry/semantic-conventions";
import {
  METRIC_PROCESS_CPU_TIME,
  METRIC_PROCESS_MEMORY_USAGE,
  METRIC_PROCESS_UPTIME,
} from "@opentelemetry/semantic-conventions/incubating";
import { rememberExemplar } from "./exemplars.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Boundaries in seconds that the semantic conventions advise for calls. */
const CALLS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** From a small shard to a run that lasts days. */
const JOBS = [0.1, 0.5, 1, 5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR];

/** From a small proxy's checkpoint on a local disk to gigabytes to a bucket. */
const CHECKPOINTS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, MINUTE, 5 * MINUTE];

/**
 * Every metric that Climb measures itself; those of the Node runtime come from OpenTelemetry's own instrumentation.
 * In Prometheus a name has underscores for dots, and counters end in _total.
 */
export const METRICS = {
  jobs: {
    name: "climb.jobs",
    type: "counter",
    unit: "{job}",
    description: "jobs that a worker let go of, by climb.job.queue and climb.job.outcome",
  },
  jobDuration: {
    name: "climb.job.duration",
    type: "histogram",
    unit: "s",
    boundaries: JOBS,
    description: "time that a worker had a job, by climb.job.queue and climb.job.outcome",
  },
  queueDepth: {
    name: "climb.queue.depth",
    type: "gauge",
    unit: "{job}",
    description: "jobs that wait or are leased, by climb.job.queue; every process that answers calls tells of all",
  },
  queueOldestAge: {
    name: "climb.queue.oldest.age",
    type: "gauge",
    unit: "s",
    description: "time since the oldest job that is not done was queued, by climb.job.queue",
  },
  leaseAge: {
    name: "climb.lease.age",
    type: "gauge",
    unit: "s",
    description: "how long this process has had the oldest of its leases of a queue, by climb.job.queue; 0 without any",
  },
  threads: {
    name: "climb.threads",
    type: "gauge",
    unit: "{thread}",
    description: "worker threads that this process may compute in",
  },
  threadTime: {
    name: "climb.thread.time",
    type: "observable counter",
    unit: "s",
    description:
      "time that worker threads computed, by climb.task.name and climb.project.id: its rate over climb.threads is the share of time computing, its sum by project what each one costs",
  },
  searchTime: {
    name: "climb.search.time",
    type: "observable counter",
    unit: "s",
    description: "time that worker threads of this process computed for a search, by climb.search.id",
  },
  trainedTokens: {
    name: "climb.training.tokens",
    type: "counter",
    unit: "{token}",
    description: "tokens that proxies were trained on; its rate is tokens a second",
  },
  checkpointDuration: {
    name: "climb.checkpoint.duration",
    type: "histogram",
    unit: "s",
    boundaries: CHECKPOINTS,
    description: "time that checkpoints of runs took, by climb.checkpoint.phase",
  },
  artifactBytes: {
    name: "climb.artifact.bytes",
    type: "counter",
    unit: "By",
    description: "bytes of artifacts that were written; contents that are there already count too",
  },
  rankCorrelation: {
    name: "climb.predictor.rank.correlation",
    type: "gauge",
    unit: "1",
    description:
      "cross-validated rank correlation of a search's predictor with its results, by climb.search.id and climb.target.name",
  },
  coverage: {
    name: "climb.predictor.coverage",
    type: "gauge",
    unit: "1",
    description:
      "share of a search's results inside their cross-validated 90 % interval, by climb.search.id and climb.target.name",
  },
  bestObjective: {
    name: "climb.search.objective",
    type: "gauge",
    unit: "1",
    description: "lowest objective that a search has measured, in bits per byte, by climb.search.id",
  },
  gain: {
    name: "climb.search.gain",
    type: "gauge",
    unit: "1",
    description:
      "objective of a search's reference baseline less its best one, in bits per byte, by climb.search.id; more is better",
  },
  brokerConnected: {
    name: "climb.broker.connected",
    type: "gauge",
    unit: "1",
    description: "1 while the broker answers, 0 while it is away",
  },
  serverCall: {
    name: METRIC_RPC_SERVER_CALL_DURATION,
    type: "histogram",
    unit: "s",
    boundaries: CALLS,
    description: "calls answered, by rpc.method and rpc.response.status_code",
  },
  clientCall: {
    name: METRIC_RPC_CLIENT_CALL_DURATION,
    type: "histogram",
    unit: "s",
    boundaries: CALLS,
    description: "calls made, by rpc.method and rpc.response.status_code",
  },
  processCpu: {
    name: METRIC_PROCESS_CPU_TIME,
    type: "observable counter",
    unit: "s",
    description: "CPU time of the process with all its threads, by cpu.mode",
  },
  processMemory: {
    name: METRIC_PROCESS_MEMORY_USAGE,
    type: "gauge",
    unit: "By",
    description: "resident memory of the process",
  },
  processUptime: {
    name: METRIC_PROCESS_UPTIME,
    type: "gauge",
    unit: "s",
    description: "time since the process started",
  },
} as const satisfies Record<string, Metric>;

interface Metric {
  name: string;
  type: "counter" | "histogram" | "gauge" | "observable counter";
  unit: string;
  description: string;
  /** Of a histogram, in its unit. */
  boundaries?: readonly number[];
}
type Named<T extends Metric["type"]> = {
  [K in keyof typeof METRICS]: (typeof METRICS)[K]["type"] extends T ? K : never;
}[keyof typeof METRICS];

// Asked for at each use, because the meter of a process is set after this module is loaded; it keeps its instruments.
const meter = () => metrics.getMeter("climb");

/** Counts one more, or as many more as are given. */
export function count(metric: Named<"counter">, attributes: Attributes, more = 1): void {
  const { name, unit, description } = METRICS[metric];
  meter().createCounter(name, { unit, description }).add(more, attributes);
}

/**
 * Records a duration. @param seconds 0 or more
 * @param span in whose trace it is found again from a bucket of the histogram; by default the active one
 */
export function recordSeconds(
  metric: Named<"histogram">,
  seconds: number,
  attributes: Attributes,
  span: SpanContext | undefined = trace.getSpanContext(context.active()),
): void {
  const { name, unit, description, boundaries } = METRICS[metric];
  const advice = { explicitBucketBoundaries: [...boundaries] };
  meter().createHistogram(name, { unit, description, advice }).record(seconds, attributes);
  rememberExemplar(name, boundaries, seconds, attributes, span);
}

/** Has a value asked for whenever metrics are collected. What `observe` throws leaves the metric out for that time. */
export function observe(
  metric: Named<"gauge" | "observable counter">,
  look: (result: ObservableResult) => void | Promise<void>,
): void {
  const { name, type, unit, description } = METRICS[metric];
  const options = { unit, description };
  const instrument =
    type === "gauge" ? meter().createObservableGauge(name, options) : meter().createObservableCounter(name, options);
  instrument.addCallback(look);
}
