import { escapeHtml, format, percent, probability, table } from "./html.js";
import type { Interval, ReportData } from "./types.js";

/** The first thing to read: what was gained, which targets paid for it, and what not to trust. */
export function verdictSection(data: ReportData): string {
  const { objective, origin } = data.answer;
  const [lead = "", ...rest] = data.verdict;
  const baselines = data.comparisons
    .filter(({ kind, isAnswer }) => kind === "baseline" && !isAnswer)
    .map(({ name, difference, probabilityAnswerIsBetter, obeysConstraints }) => {
      const direction = difference.mean <= 0 ? "below" : "above";
      const gap = `${format(Math.abs(difference.mean))} bits per byte ${direction}`;
      const breaks = obeysConstraints ? "" : ", which breaks the constraints";
      return `${gap} <b>${escapeHtml(name)}</b>${breaks} (better with probability ${probability(probabilityAnswerIsBetter)})`;
    });
  const warnings = data.warnings.map((warning) => `<p class="warning">${escapeHtml(warning)}</p>`).join("");
  return `<section><p class="lead">${escapeHtml(lead)}</p>${rest.map((line) => `<p>${escapeHtml(line)}</p>`).join("")}
<p>The mixture reaches <b>${interval(objective)}</b> bits per byte on ${escapeHtml(
    data.targets
      .filter(({ weight }) => weight > 0)
      .map(({ name }) => name)
      .join(", "),
  )}: ${baselines.join("; ")}.</p><p class="soft">Chosen as: ${escapeHtml(origin)}. Lower is better. Brackets are 90 % intervals from fresh seeds; the spread between seeds is ${format(
    data.noise,
  )}.</p>${warnings}</section>`;
}

/** Every target of the answer against every baseline. */
export function targetTable(data: ReportData): string {
  const rows = data.comparisons
    .filter(({ kind, isAnswer }) => kind === "baseline" && !isAnswer)
    .flatMap((other) =>
      data.targets.map(({ name, weight }, t) => [
        weight > 0 ? name : `${name} (guardrail)`,
        other.name,
        interval(other.taskDifferences[t] as Interval),
        probability(other.taskProbabilities[t] as number),
        (other.taskDifferences[t] as Interval).mean > 0 ? "worse" : "better",
      ]),
    );
  return table(["target", "against", "answer minus it", "answer is better", ""], rows);
}

const MARKS = { pass: "pass", warn: "look", fail: "FAIL" } as const;

/** Whether the search was sound. */
export function checksTable({ checks }: ReportData): string {
  return table(
    ["check", "outcome", "found"],
    checks.map(({ name, outcome, sentence }) => [name, MARKS[outcome], sentence]),
  );
}

/** Constraints at which the answer stands, with their prices, and what would be best without any. */
export function constraintsPart({ binding, unconstrained, domains }: ReportData): string {
  const held =
    binding.length === 0
      ? "<p>No constraint holds the answer back.</p>"
      : table(
          ["constraint", "at", "bits per byte for a hundredth more room"],
          binding.map(({ what, bound, price }) => [what, bound.toFixed(4), price.toFixed(5)]),
        );
  if (!unconstrained) return held;
  const weights = domains
    .map(({ id }, j) => ({ id, weight: unconstrained.mixture[j] as number }))
    .filter(({ weight }) => weight >= 0.01)
    .sort((a, b) => b.weight - a.weight)
    .map(({ id, weight }) => `${id} ${percent(weight)}`)
    .join(", ");
  return `${held}<p class="soft">Without any constraint the last predictor would take ${escapeHtml(weights)}, and expects ${format(unconstrained.objective)} bits per byte there.</p>`;
}

/** How much of each target occurs in each domain, and what was left out for it. */
export function overlapTable({ overlaps, leftOut }: ReportData): string {
  const shares = table(
    ["target", "anywhere", "where most"],
    overlaps.map(({ target, share, domains }) => [
      target,
      `${(100 * share).toFixed(2)} %`,
      domains
        .filter((domain) => domain.share > 0)
        .sort((a, b) => b.share - a.share)
        .slice(0, 4)
        .map((domain) => `${domain.domainId} ${(100 * domain.share).toFixed(2)} %`)
        .join(", "),
    ]),
  );
  if (!leftOut) return shares;
  const rows = Object.entries(leftOut.targets).map(([target, { documents, domains }]) => [
    target,
    documents,
    Object.entries(domains)
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([id, count]) => `${id} ${count}`)
      .join(", "),
  ]);
  const all = `<p>${leftOut.documents} documents (${leftOut.tokens} tokens) that have 13 tokens in common with a target were left out; the shares above are of what is left.</p>`;
  return shares + all + table(["target", "documents left out", "by domain"], rows);
}

/** The points of the Pareto front, each of which can be taken. */
export function frontTable({ front, targets, domains }: ReportData): string {
  return table(
    ["point", ...targets.map(({ name }) => name), "largest weights", "why"],
    front.map(({ mixture, origin, tasks }, i) => [
      i + 1,
      ...tasks.map((value) => value.toFixed(4)),
      domains
        .map(({ id }, j) => ({ id, weight: mixture[j] as number }))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, 4)
        .map(({ id, weight }) => `${id} ${percent(weight)}`)
        .join(", "),
      origin,
    ]),
  );
}

/** An estimate with its 90 % interval. */
export function interval({ mean, lower, upper }: Interval): string {
  return `${mean.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
}
