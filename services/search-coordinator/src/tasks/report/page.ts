import { baselinesWithIntervals, bestSoFar, influence, predictedAgainstMeasured, weightsPerRound } from "./charts.js";
import { corpusMap } from "./corpus-map.js";
import { paretoFront } from "./front-chart.js";
import { escapeHtml, format, percent, probability, STYLE, table } from "./html.js";
import type { ReportData } from "./types.js";
import {
  checksTable,
  constraintsPart,
  frontTable,
  interval,
  overlapTable,
  targetTable,
  verdictSection,
} from "./verdict.js";

/** The whole report as one HTML page: pictures inline, nothing loaded from anywhere. */
export async function renderReport(data: ReportData): Promise<string> {
  const measured = data.runs.some((run) => run.predicted && run.role === "explore");
  const explored = data.fits.length > 0;
  const sections = [
    verdictSection(data),
    section("Against the baselines, with fresh seeds", (await baselinesWithIntervals(data)) + comparisonTable(data)),
    section("Targets against the baselines", targetTable(data)),
    section("Health of the search", checksTable(data)),
    explored ? section("Constraints", constraintsPart(data)) : "",
    data.front.length > 0 ? section("Pareto front", (await paretoFront(data)) + frontTable(data) + takeHint()) : "",
    data.overlaps.length > 0 ? section("Targets that occur in the corpus", overlapTable(data)) : "",
    explored ? section("Weights per round", await weightsPerRound(data)) : "",
    explored ? section("Best so far against budget", await bestSoFar(data)) : "",
    measured ? section("Predicted against measured", (await predictedAgainstMeasured(data)) + fitTable(data)) : "",
    data.map.length > 0 ? section("Map of the corpus", corpusMap(data)) : "",
    section("Domains", domainCards(data)),
    data.effects.length > 0 ? section("Which domain helps which target", await influence(data)) : "",
    data.pruned.length > 0 ? section("Pruned before the search", prunedTable(data)) : "",
    section("Compute ledger", ledger(data)),
    section("Settings", table(["setting", "value"], data.settings)),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(
    data.title,
  )}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(data.title)}</h1>${sections.join("")}</main></body></html>\n`;
}

function takeHint(): string {
  return '<p class="soft">Predicted, not confirmed with fresh seeds. Take one with <code>climb search choose ID --point N</code>.</p>';
}

function section(title: string, body: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
}

function comparisonTable(data: ReportData): string {
  const names = data.targets.map(({ name }) => name);
  const rows = [
    ["answer", interval(data.answer.objective), "", "", ...data.answer.tasks.map(interval)],
    ...data.comparisons.map((other) => [
      [other.name, ...other.also].join(", ") + (other.obeysConstraints ? "" : " (breaks the constraints)"),
      interval(other.objective),
      other.isAnswer ? "the answer itself" : interval(other.difference),
      other.isAnswer ? "" : probability(other.probabilityAnswerIsBetter),
      ...other.tasks.map(interval),
    ]),
  ];
  return table(["mixture", "objective", "answer minus this", "answer is better", ...names], rows);
}

function fitTable(data: ReportData): string {
  return table(
    ["target", "rank correlation (cross-validated)", "R²", "90 % interval covers", "noise between seeds", "models"],
    data.fits.map((fit) => [
      fit.task,
      fit.spearman,
      fit.rSquared,
      percent(fit.coverage),
      fit.noise,
      fit.models.map(([model, weight]) => `${model} ${percent(weight)}`).join(", "),
    ]),
  );
}

function domainCards(data: ReportData): string {
  const cards = [...data.domains]
    .sort((a, b) => b.weight - a.weight)
    .map(
      (domain) => `<div class="card"><h3>${escapeHtml(domain.id)} · ${escapeHtml(domain.label)}</h3>
<div class="bar"><i style="width:${(100 * domain.weight).toFixed(1)}%"></i></div>
<p><b>${percent(domain.weight)}</b> of the mixture (token share ${percent(domain.proportional)}), repeated ${format(domain.repetition)} times${asGood(domain.asGood)}</p>
<p class="soft">${format(domain.documents)} documents · ${format(domain.tokens)} tokens · quality ${domain.quality.toFixed(2)} of 5</p>
<p>${escapeHtml(domain.terms.slice(0, 12).join(", "))}</p>
${domain.examples
  .slice(0, 2)
  .map((example) => `<blockquote>${escapeHtml(example)}</blockquote>`)
  .join("")}</div>`,
    );
  return `<div class="cards">${cards.join("")}</div>`;
}

function asGood(range: ReportData["domains"][number]["asGood"]): string {
  return range ? `; as good within the noise from ${percent(range.lower)} to ${percent(range.upper)}` : "";
}

function prunedTable(data: ReportData): string {
  return table(
    ["documents", "quality", "terms", "why"],
    data.pruned.map(({ documents, quality, terms, reason }) => [
      documents,
      quality,
      terms.slice(0, 8).join(", "),
      reason,
    ]),
  );
}

const PARTS = {
  baseline: "baselines",
  replicate: "further seeds of the first round",
  confirm: "confirmation",
} as const;

function ledger(data: ReportData): string {
  const groups = new Map<string, { runs: number; tokens: number; seconds: number }>();
  for (const run of data.runs) {
    const key = run.role === "explore" ? `round ${run.round}` : PARTS[run.role];
    const group = groups.get(key) ?? { runs: 0, tokens: 0, seconds: 0 };
    groups.set(key, { runs: group.runs + 1, tokens: group.tokens + run.tokens, seconds: group.seconds + run.seconds });
  }
  const rows = [...groups].map(([key, { runs, tokens, seconds }]) => [
    key,
    runs,
    tokens,
    Math.round(seconds * 10) / 10,
  ]);
  const failed = data.failedRuns > 0 ? `<p>${data.failedRuns} runs failed and are not counted.</p>` : "";
  return table(["part", "runs", "tokens", "seconds of training and evaluation"], rows) + failed;
}
