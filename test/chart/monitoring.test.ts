import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { createLifecycle } from "../../shared/runtime/src/lifecycle.js";
import { count, METRICS, observe, recordSeconds } from "../../shared/runtime/src/telemetry/metrics.js";
import { openTelemetry } from "../../shared/runtime/src/telemetry/sdk.js";
import { type Manifest, of, rendered } from "./manifests.js";

interface Alert {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: { summary: string; runbook_url: string };
}
interface Panel {
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; legendFormat: string }[];
}

const alerts = (parse(readFileSync("helm/climb/files/alerts.yaml", "utf8")).groups as { rules: Alert[] }[]).flatMap(
  ({ rules }) => rules,
);
const DASHBOARDS = "helm/climb/files/dashboards";
const dashboards = readdirSync(DASHBOARDS).map((name) => ({
  name,
  panels: JSON.parse(readFileSync(`${DASHBOARDS}/${name}`, "utf8")).panels as Panel[],
}));
/** Labels that a scrape adds: Kubernetes' own, and those that the monitors of the chart take from pods. */
const SCRAPED = ["namespace", "pod", "component", "role", "service", "le"];

/** Names of series and of labels that a query is about. @throws Error where it is no PromQL */
function namesIn(query: string): { series: string[]; labels: string[] } {
  const [series, labels]: [string[], string[]] = [[], []];
  parser.parse(query).iterate({
    enter(node) {
      const text = query.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${query}`);
      if (node.name === "Identifier") series.push(text);
      if (node.name === "LabelName") labels.push(text);
    },
  });
  return { series, labels };
}

const lifecycle = createLifecycle();
const offered = { series: new Set<string>(), labels: new Set<string>(SCRAPED) };
beforeAll(async () => {
  // What a process really offers, once every metric of ours was recorded.
  const server = await openTelemetry(lifecycle, { service: "test", metricsPort: 0 });
  const job = { "climb.job.queue": "run", "climb.job.outcome": "completed" };
  const told = {
    ...job,
    "climb.project.id": "p",
    "climb.search.id": "s",
    "climb.task.name": "t",
    "climb.target.name": "n",
    "climb.checkpoint.phase": "store",
  };
  const call = { "rpc.method": "m", "rpc.response.status_code": "INTERNAL", "error.type": "INTERNAL" };
  for (const [key, { type }] of Object.entries(METRICS)) {
    if (type === "counter") count(key as "jobs", job);
    if (type === "histogram") recordSeconds(key as "jobDuration", 1, key.endsWith("Call") ? call : told);
    if ((type === "gauge" || type === "observable counter") && !key.startsWith("process"))
      observe(key as "queueDepth", (result) => result.observe(1, told));
  }
  await vi.waitFor(async () => {
    const text = await (await fetch(`http://127.0.0.1:${server?.port}/metrics`)).text();
    expect(text).toContain("nodejs_eventloop_delay_p99");
    for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("#"))) {
      offered.series.add(line.match(/^\w+/)?.[0] ?? "");
      for (const [, label = ""] of line.matchAll(/[{,](\w+)="/g)) offered.labels.add(label);
    }
  });
});
afterAll(() => lifecycle.close());

const queries = [
  ...alerts.map(({ alert, expr }) => ({ where: alert, query: expr })),
  ...dashboards.flatMap(({ name, panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${name}: ${title}`, query: expr }))),
  ),
];

describe("queries of alerts and dashboards", () => {
  it("ask for series and labels that a process offers, by exactly these names", () => {
    expect(queries.length).toBeGreaterThan(20);
    const unknown = queries.flatMap(({ where, query }) => {
      const { series, labels } = namesIn(query);
      expect(series.length, where).toBeGreaterThan(0);
      const bad = [
        ...series.filter((name) => !offered.series.has(name)),
        ...labels.filter((name) => !offered.labels.has(name)),
      ];
      return bad.map((name) => `${where}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it("show every metric of ours somewhere", () => {
    const asked = new Set(queries.flatMap(({ query }) => namesIn(query).series));
    const shown = ({ name }: { name: string }) =>
      [...asked].some((series) => series.startsWith(name.replaceAll(".", "_")));
    expect(Object.values(METRICS).filter((metric) => !shown(metric))).toEqual([]);
  });

  it("ask about one namespace alone", () => {
    for (const { where, query } of queries) {
      const selectors = query.match(/\b(climb|rpc|process|nodejs)_\w+(\{[^}]*\})?/g) ?? [];
      const labels =
        /^climb_(job_(queue|outcome)|(project|search)_id|(task|target)_name|checkpoint_phase)$|^rpc_(method|response_status_code)$/;
      for (const selector of selectors.filter((text) => !labels.test(text))) {
        expect(selector, where).toMatch(/\{namespace="(NAMESPACE|\$namespace)"/);
      }
    }
  });

  it("that are no PromQL would be found", () => {
    expect(() => namesIn("sum(rate(climb_jobs_total[5m])")).toThrow(/no PromQL/);
    expect(namesIn('sum by (a) (b{c="d"})')).toEqual({ series: ["b"], labels: ["a", "c"] });
  });
});

describe("every alert", () => {
  it("has a name of its own, a severity, and a page of the runbook that says where to look and how to mend it", () => {
    const names = alerts.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(labels.severity, alert).toMatch(/^(critical|warning)$/);
      expect(annotations.summary, alert).toMatch(/\.$/);
      expect(annotations.runbook_url).toBe(`RUNBOOKS/${alert}.md`);
      const page = existsSync(`k8s/runbook/${alert}.md`) ? readFileSync(`k8s/runbook/${alert}.md`, "utf8") : "";
      expect(page, alert).toMatch(new RegExp(`^# ${alert}\n\n.{40,}[\\s\\S]*\n## Look\n[\\s\\S]*\n## Mend\n`));
    }
    const pages = readdirSync("k8s/runbook").filter((name) => name !== "README.md");
    expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
    const index = readFileSync("k8s/runbook/README.md", "utf8");
    for (const page of pages) expect(index).toContain(`(${page})`);
  });

  it("is in the release with its namespace and the address of its page", () => {
    const [rule] = of("PrometheusRule", rendered("production")) as [Manifest];
    const rules = (rule.spec.groups as { rules: Alert[] }[]).flatMap((group) => group.rules);
    expect(rules.map(({ alert }) => alert)).toEqual(alerts.map(({ alert }) => alert));
    for (const { expr, annotations } of rules) {
      expect(expr).toContain('namespace="climb"');
      expect(annotations.runbook_url).toMatch(/^https:\/\/.*\/k8s\/runbook\/Climb\w+\.md$/);
    }
    expect(JSON.stringify(rule)).not.toMatch(/NAMESPACE|RUNBOOKS/);
    // What Prometheus fills in is not for helm.
    expect(rules.some(({ annotations }) => annotations.summary.includes("{{ $labels.pod }}"))).toBe(true);
  });
});

describe("every dashboard", () => {
  it("is in the release as Grafana's sidecar looks for it, byte for byte", () => {
    const maps = of("ConfigMap", rendered("production")).filter(
      ({ metadata }) => metadata.labels.grafana_dashboard === "1",
    );
    const found = maps.flatMap(({ data }) => Object.entries(data));
    expect(found.map(([name]) => name).sort()).toEqual(dashboards.map(({ name }) => name).sort());
    for (const [name, text] of found)
      expect(text.trimEnd()).toBe(readFileSync(`${DASHBOARDS}/${name}`, "utf8").trimEnd());
  });

  it("has panels that say what they show and do not cover each other", () => {
    for (const { name, panels } of dashboards) {
      const cells = new Set<string>();
      for (const { title, description, gridPos, targets } of panels) {
        expect(description, title).toMatch(/\.$/);
        expect(targets.every(({ legendFormat }) => legendFormat !== "")).toBe(true);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(cells.has(`${x},${y}`), `${name}: ${title}`).toBe(false);
            cells.add(`${x},${y}`);
          }
        }
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      }
    }
  });
});

describe("monitors", () => {
  it("ask the pods' metrics port, and tell series apart by service, role and Deployment", () => {
    const [pods] = of("PodMonitor", rendered("production"));
    const [services] = of("ServiceMonitor", rendered("mtls"));
    type Endpoint = { port: string; relabelings: { targetLabel: string }[] };
    for (const [endpoint] of [pods?.spec.podMetricsEndpoints, services?.spec.endpoints] as [Endpoint][]) {
      expect(endpoint.port).toBe("metrics");
      expect(endpoint.relabelings.map(({ targetLabel }) => targetLabel)).toEqual(["service", "role", "component"]);
    }
  });
});
