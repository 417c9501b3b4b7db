import { type Attributes, type SpanContext, TraceFlags } from "@opentelemetry/api";

/** A value that was measured in a trace. */
export interface Exemplar {
  traceId: string;
  spanId: string;
  value: number;
  /** Unix time in seconds. */
  time: number;
}

/** Series that have exemplars; of more, those that had none for the longest time are forgotten. */
const MOST_SERIES = 1000;

/** The last exemplar of each bucket, by series; those with the latest ones come last. */
const exemplars = new Map<string, Map<string, Exemplar>>();

/** What names a series of a histogram: as Prometheus has its name, and its labels in any order. */
export function seriesKey(name: string, labels: Iterable<readonly [string, string]>): string {
  return JSON.stringify([name, [...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Remembers the trace of a value as the example of its bucket, if that trace is sent anywhere. @param boundaries ascending */
export function rememberExemplar(
  name: string,
  boundaries: readonly number[],
  value: number,
  attributes: Attributes,
  span: SpanContext | undefined,
): void {
  if (!span || !(span.traceFlags & TraceFlags.SAMPLED)) return;
  const labels = Object.entries(attributes).map(([key, text]) => [asName(key), String(text)] as const);
  const key = seriesKey(asName(name), labels);
  const buckets = exemplars.get(key) ?? new Map<string, Exemplar>();
  const bucket = String(boundaries.find((boundary) => value <= boundary) ?? "+Inf");
  buckets.set(bucket, { traceId: span.traceId, spanId: span.spanId, value, time: Date.now() / 1000 });
  exemplars.delete(key);
  exemplars.set(key, buckets);
  if (exemplars.size > MOST_SERIES) exemplars.delete(exemplars.keys().next().value as string);
}

/** The example of a bucket. @param bucket its upper bound as it is written, or "+Inf" */
export function exemplarOf(series: string, bucket: string): Exemplar | undefined {
  return exemplars.get(series)?.get(bucket);
}

function asName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_");
}
