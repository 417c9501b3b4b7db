import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { ReportData } from "./types.js";

const FONT = "system-ui, sans-serif";
const CONFIG = {
  font: FONT,
  background: "transparent",
  axis: { labelFontSize: 11, titleFontSize: 12, grid: true, gridOpacity: 0.4 },
  view: { stroke: null },
} as const;

/** Renders a Vega-Lite chart to SVG, without a browser. */
export async function svg(spec: TopLevelSpec): Promise<string> {
  const compiled = compile({ ...spec, config: CONFIG }, { logger: vega.logger(vega.Error) }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  const text = await view.toSVG();
  view.finalize();
  return text;
}

/** Mean weight of each domain in each round, and in the answer: how the search moved. */
export function weightsPerRound(data: ReportData): Promise<string> {
  const rounds = [...new Set(data.runs.filter((run) => run.role === "explore").map((run) => run.round))];
  const values = data.domains.flatMap((domain, j) => [
    { step: "token share", order: -1, domain: name(domain), weight: domain.proportional },
    ...rounds.map((round) => {
      const runs = data.runs.filter((run) => run.round === round && run.role === "explore");
      const weight = runs.reduce((total, run) => total + (run.mixture[j] ?? 0), 0) / runs.length;
      return { step: `round ${round}`, order: round, domain: name(domain), weight };
    }),
    { step: "answer", order: 1000, domain: name(domain), weight: domain.weight },
  ]);
  return svg({
    width: 640,
    height: 300,
    data: { values },
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: { field: "step", type: "nominal", sort: { field: "order" }, title: null, axis: { labelAngle: 0 } },
      y: { field: "weight", type: "quantitative", title: "weight", axis: { format: "%" }, scale: { domain: [0, 1] } },
      color: {
        field: "domain",
        type: "nominal",
        title: "domain",
        scale: { scheme: "tableau20" },
        legend: { labelLimit: 260 },
      },
      order: { field: "domain" },
    },
  });
}

/** What the predictor said before each run against what was measured, with its intervals. */
export function predictedAgainstMeasured(data: ReportData): Promise<string> {
  const values = data.runs
    .filter((run) => run.predicted && run.role === "explore")
    .map((run) => ({ ...run.predicted, measured: run.objective, round: `round ${run.round}` }));
  const all = values.flatMap((run) => [run.measured, run.lower as number, run.upper as number]);
  const domain = [Math.min(...all), Math.max(...all)];
  const scale = { domain, zero: false };
  return svg({
    width: 420,
    height: 320,
    layer: [
      {
        data: { values: [{ v: domain[0] }, { v: domain[1] }] },
        mark: { type: "line", color: "#999", strokeDash: [4, 4] },
        encoding: { x: { field: "v", type: "quantitative", scale }, y: { field: "v", type: "quantitative", scale } },
      },
      {
        data: { values },
        mark: { type: "rule", opacity: 0.4 },
        encoding: {
          y: { field: "measured", type: "quantitative", scale },
          x: { field: "lower", type: "quantitative", scale },
          x2: { field: "upper" },
          color: { field: "round", type: "nominal", title: null },
        },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 60 },
        encoding: {
          x: { field: "value", type: "quantitative", scale, title: "predicted, bits per byte (bar: 90 % interval)" },
          y: { field: "measured", type: "quantitative", scale, title: "measured, bits per byte" },
          color: { field: "round", type: "nominal", title: null },
        },
      },
    ],
  });
}

/** The best measured objective so far against the tokens spent; points are single runs. */
export function bestSoFar(data: ReportData): Promise<string> {
  let [spent, best] = [0, Number.POSITIVE_INFINITY];
  const explored = data.runs.filter((run) => run.role === "explore" || run.role === "baseline");
  const values = explored.map((run) => {
    spent += run.tokens;
    best = Math.min(best, run.objective);
    return { spent, best, objective: run.objective, kind: run.role === "baseline" ? run.origin : `round ${run.round}` };
  });
  const y = { type: "quantitative", scale: { zero: false }, title: "bits per byte (lower is better)" } as const;
  const x = { field: "spent", type: "quantitative", title: "tokens trained on", axis: { format: "~s" } } as const;
  return svg({
    width: 640,
    height: 260,
    data: { values },
    layer: [
      {
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2, color: "#333" },
        encoding: { x, y: { ...y, field: "best" } },
      },
      {
        mark: { type: "point", filled: true, opacity: 0.8, size: 50 },
        encoding: { x, y: { ...y, field: "objective" }, color: { field: "kind", type: "nominal", title: null } },
      },
    ],
  });
}

/** The answer, the baselines and the runners-up, all with fresh seeds, with their 90 % intervals. */
export function baselinesWithIntervals(data: ReportData): Promise<string> {
  const rows = [
    { name: "answer", kind: "answer", ...data.answer.objective },
    ...data.comparisons.map(({ name, kind, objective }) => ({ name, kind, ...objective })),
  ];
  const shared = { y: { field: "name", type: "nominal", sort: null, title: null, axis: { labelLimit: 320 } } } as const;
  const scale = { zero: false } as const;
  const color = { field: "kind", type: "nominal", title: null } as const;
  return svg({
    width: 480,
    height: { step: 34 },
    data: { values: rows },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 3, opacity: 0.5 },
        encoding: { ...shared, x: { field: "lower", type: "quantitative", scale }, x2: { field: "upper" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 90 },
        encoding: {
          ...shared,
          x: {
            field: "mean",
            type: "quantitative",
            scale,
            title: "bits per byte with fresh seeds (bar: 90 % interval)",
          },
          color,
        },
      },
    ],
  });
}

/** Which domain helps which task, as the last predictor sees it at the answer. */
export function influence(data: ReportData): Promise<string> {
  const labels = new Map(data.domains.map((domain) => [domain.id, name(domain)]));
  const values = data.effects.flatMap((effect) =>
    data.targets.map((target, i) => ({
      domain: labels.get(effect.domainId) ?? effect.domainId,
      task: target.name,
      change: (effect.tasks[i] ?? 0) * 1000,
    })),
  );
  const extent = Math.max(1e-9, ...values.map(({ change }) => Math.abs(change)));
  return svg({
    width: { step: 70 },
    height: { step: 20 },
    data: { values },
    mark: "rect",
    encoding: {
      x: { field: "task", type: "nominal", title: null, axis: { labelAngle: 0 } },
      y: { field: "domain", type: "nominal", title: null, sort: null, axis: { labelLimit: 280 } },
      color: {
        field: "change",
        type: "quantitative",
        title: "millibits per byte for +1 % weight",
        scale: { scheme: "blueorange", domain: [-extent, extent] },
      },
    },
  });
}

function name(domain: { id: string; label: string }): string {
  return `${domain.id} ${domain.label}`;
}
