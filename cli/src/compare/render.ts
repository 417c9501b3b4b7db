import type { Estimate } from "@climb/numeric";
import { table } from "../table.js";
import type { SearchOutcome, StrategyResult } from "./statistics.js";

/** The comparison as lines for a terminal: strategies, the best first, then how likely each beats each. */
export function describeComparison(results: readonly StrategyResult[]): string[] {
  const targets = Object.keys(results[0]?.tasks ?? {});
  const several = targets.length > 1 ? targets : [];
  const strategies = table(
    ["strategy", "bits per byte", "90 % interval", "runs", "tokens", ...several],
    results.map(({ strategy, objective, runs, tokens, tasks }) => [
      strategy,
      objective.mean.toFixed(4),
      `[${objective.lower.toFixed(4)}, ${objective.upper.toFixed(4)}]`,
      Math.round(runs),
      Math.round(tokens),
      ...several.map((name) => tasks[name]?.mean.toFixed(4) ?? "–"),
    ]),
  );
  const names = results.map(({ strategy }) => strategy);
  const pairs = table(
    ["better than", ...names],
    results.map(({ strategy, against }) => [
      strategy,
      ...names.map((name) => (against[name] ? `${(100 * against[name].probabilityBetter).toFixed(0)} %` : "")),
    ]),
  );
  const seeds = results[0]?.objective.runs ?? 0;
  return [
    `mean over ${seeds} search seeds, each answer confirmed with fresh ones; lower is better`,
    ...strategies,
    "",
    "probability that the row is better than the column",
    ...pairs,
  ];
}

/** One row for each search, for tables elsewhere. */
export function comparisonCsv(outcomes: readonly SearchOutcome[]): string {
  const targets = Object.keys(outcomes[0]?.tasks ?? {});
  const header = ["strategy", "seed", "search", "objective", "runs", "tokens", "seconds", ...targets];
  const rows = outcomes.map(({ strategy, seed, searchId, objective, runs, tokens, seconds, tasks }) =>
    [strategy, seed, searchId, objective, runs, tokens, seconds, ...targets.map((name) => tasks[name])].join(","),
  );
  return `${[header.map(quoted).join(","), ...rows].join("\n")}\n`;
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

const [WIDTH, ROW, LEFT, RIGHT, TOP] = [640, 28, 130, 30, 34];

/** A picture of the comparison: each strategy's mean with its interval, and each search as a dot. */
export function comparisonSvg(results: readonly StrategyResult[], outcomes: readonly SearchOutcome[]): string {
  const ends = [
    ...results.flatMap(({ objective: { lower, upper } }) => [lower, upper]),
    ...outcomes.map(({ objective }) => objective),
  ];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const span = most - least || 1;
  const x = (value: number) => (LEFT + ((value - least) / span) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const height = TOP + ROW * results.length + 30;
  const rows = results.map(({ strategy, objective }, i) => {
    const y = TOP + ROW * i + ROW / 2;
    const dots = outcomes
      .filter((outcome) => outcome.strategy === strategy)
      .map((outcome) => `<circle cx="${x(outcome.objective)}" cy="${y}" r="2.5" fill="#888"/>`);
    return [
      `<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${strategy}</text>`,
      `<line x1="${x(objective.lower)}" x2="${x(objective.upper)}" y1="${y}" y2="${y}" stroke="#26c" stroke-width="2"/>`,
      ...dots,
      `<circle cx="${x(objective.mean)}" cy="${y}" r="4.5" fill="#26c"><title>${title(strategy, objective)}</title></circle>`,
    ].join("");
  });
  const axis = [least, (least + most) / 2, most].map(
    (value) => `<text x="${x(value)}" y="${height - 8}" text-anchor="middle">${value.toFixed(4)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    "<title>Bits per byte that each strategy's searches reached</title>",
    `<text x="${LEFT}" y="18">Bits per byte of the answer, 90 % intervals; lower is better</text>`,
    ...rows,
    ...axis,
    "</svg>\n",
  ].join("\n");
}

function title(strategy: string, { mean, lower, upper }: Estimate): string {
  return `${strategy}: ${mean.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
}
