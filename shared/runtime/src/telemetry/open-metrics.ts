import { exemplarOf, seriesKey } from "./exemplars.js";

/** What Prometheus asks for where it stores exemplars, and what is answered then. */
export const OPEN_METRICS = "application/openmetrics-text";
export const OPEN_METRICS_TYPE = `${OPEN_METRICS}; version=1.0.0; charset=utf-8`;

/**
 * Metrics in the older text format of Prometheus as OpenMetrics, with the last trace of each bucket of a histogram: OpenTelemetry's
 * exporter knows neither. Counters are declared without _total; units are left out, which would have to be part of names.
 */
export function asOpenMetrics(text: string): string {
  const lines: string[] = [];
  const counters = new Set(Array.from(text.matchAll(/^# TYPE (\S+)_total counter$/gm), ([, name]) => name));
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# UNIT")) continue;
    lines.push(line.startsWith("#") ? declaration(line, counters) : withExemplar(line));
  }
  return `${lines.join("\n")}\n# EOF\n`;
}

function declaration(line: string, counters: ReadonlySet<string | undefined>): string {
  const [, head, name = "", rest] = /^(# \S+) (\S+) ?(.*)$/.exec(line) ?? [];
  const family = name.replace(/_total$/, "");
  const declared = counters.has(family) ? family : name;
  // Quotes are letters in one format and must not stand alone in the other.
  return head === undefined ? line : `${head} ${declared} ${rest?.replace(/(?<!\\)"/g, '\\"')}`;
}

function withExemplar(line: string): string {
  const [, name, labels] = /^(\w+)_bucket\{(.*)\} \S+$/.exec(line) ?? [];
  if (name === undefined || labels === undefined) return line;
  const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, key = "", value = ""]) => {
    return [key, value.replace(/\\(.)/g, (_, letter) => (letter === "n" ? "\n" : letter))] as const;
  });
  const bucket = pairs.find(([key]) => key === "le")?.[1] ?? "";
  const series = seriesKey(
    name,
    pairs.filter(([key]) => key !== "le"),
  );
  const found = exemplarOf(series, bucket);
  if (!found) return line;
  const { traceId, spanId, value, time } = found;
  return `${line} # {trace_id="${traceId}",span_id="${spanId}"} ${value} ${time.toFixed(3)}`;
}
