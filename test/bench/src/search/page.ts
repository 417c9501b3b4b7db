import type { StrategyResult } from "@climb/cli/compare/statistics";
import { DECAY_SHARE, wholeGroup } from "./experiment.js";
import { byBudget, type Outcome, runsToReach } from "./figures.js";

/** An experiment as a page of text: what was done, what came out, what it shows and what not. @param plot file beside it */
export function experimentPage(outcome: Outcome, plot: string): string {
  const { experiment, groups } = outcome;
  return `${[
    `# The search experiment, ${experiment.name}`,
    `Written by \`npm run bench -- search --json${experiment.name === "quick" ? " --quick" : ""}\`; figures of every search are in the JSON file beside this.`,
    whatWasDone(outcome),
    `![bits per byte against mixtures explored](${plot})`,
    ...Object.entries(groups).map(([group, result]) => groupTable(group, result)),
    "## What it shows",
    claims(outcome)
      .map((line) => `- ${line}`)
      .join("\n"),
    "## What it does not show",
    limits(outcome)
      .map((line) => `- ${line}`)
      .join("\n"),
  ].join("\n\n")}\n`;
}

function whatWasDone({ experiment, domains, answers, transfer }: Outcome): string {
  const { targets, targetBytes, strategies, budgets, searchSeeds, proxy, larger, freshSeeds, maxDocuments } =
    experiment;
  const names = Object.keys(targets);
  const documents = maxDocuments > 0 ? `${maxDocuments} documents of the corpus` : "the whole corpus";
  return `${documents}, ${domains} domains that were found in it; evaluated on ${names.join(", ")} (${targetBytes} bytes of each)${names.length > 1 ? ' one by one and\nas their mean ("sum")' : ""}. ${strategies.join(", ")} explored ${budgets.join(", ")} mixtures with \`${proxy.preset}\` (${proxy.tokens} tokens a run), ${searchSeeds.length} search
seeds each; baselines and each search's own confirmation come on top, for all alike. ${answers.length} searches gave ${transfer.mixtures} different answers.
${variantsOf(experiment)}Each was then trained with ${seedsOf(freshSeeds)} that no search had seen, with \`${larger.preset}\` (${larger.tokens} tokens): those are the figures below. Intervals are
90 %, from the spread between search seeds, pooled over all strategies and budgets of a group.`;
}

/** What the variants of ours are, as far as they take part. */
function variantsOf({ strategies, smaller }: Outcome["experiment"]): string {
  const phases = `climb-two-phase searches a mixture of its own for the last ${percent(DECAY_SHARE)} of a run`;
  const sizes = `climb-two-sizes spends the same on two sizes, the smaller one \`${smaller.preset}\`${smaller.width ? ` of width ${smaller.width}` : ""}`;
  const told = [
    ...(strategies.includes("climb-two-phase") ? [phases] : []),
    ...(strategies.includes("climb-two-sizes") ? [sizes] : []),
  ];
  return told.length > 0 ? `${told.join("; ")}. ` : "";
}

function groupTable(group: string, result: StrategyResult[]): string {
  const rows = result.map(({ strategy, objective, runs, tokens }) => {
    const [name, budget] = strategy.split(" ");
    const { mean, lower, upper } = objective;
    return `| ${name} | ${budget} | ${mean.toFixed(4)} | ${lower.toFixed(4)} to ${upper.toFixed(4)} | ${Math.round(runs)} | ${Math.round(tokens)} |`;
  });
  const header =
    "| strategy | mixtures | bits per byte | 90 % interval | runs in all | tokens |\n|---|---|---|---|---|---|";
  return `## ${group}\n\n${header}\n${rows.join("\n")}`;
}

/** Sentences that follow from the figures alone, whatever they are. */
function claims({ experiment, groups, coverage, transfer }: Outcome): string[] {
  const { strategies, budgets, proxy, larger } = experiment;
  const others = strategies.filter((name) => name !== "climb");
  const comparisons = Object.entries(groups).flatMap(([group, result]) =>
    budgets.map((budget) => {
      const ours = result.find(({ strategy }) => strategy === `climb ${budget}`);
      const against = others.flatMap((name) =>
        [...new Set([budget, budgets.at(-1) ?? budget])].map((theirs) => {
          const found = ours?.against[`${name} ${theirs}`];
          if (!found) return "";
          const { mean, lower, upper } = found.difference;
          return `${mean <= 0 ? "better" : "worse"} than ${name} with ${theirs} by ${Math.abs(mean).toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}], probability of better ${percent(found.probabilityBetter)}`;
        }),
      );
      return `${group}: climb with ${budget} is ${against.join("; ")}.`;
    }),
  );
  const most = budgets.at(-1) ?? 0;
  const whole = wholeGroup(experiment);
  const reached = runsToReach(byBudget(groups[whole] ?? []), "regmix", most);
  const reach =
    reached === null
      ? `On ${whole} climb with up to ${most} mixtures does not reach RegMix with ${most}.`
      : `On ${whole} climb reaches RegMix with ${most} mixtures after ${reached}, in the mean; whether that is more than noise is said above.`;
  const inside = coverage.share >= 0.85 && coverage.share <= 0.95 ? "inside" : "outside";
  const covered = `The 90 % intervals held ${(100 * coverage.share).toFixed(1)} % of ${coverage.runs} runs that were predicted before they were made (${percent(coverage.freshShare)} of the ${coverage.freshRuns} with fresh seeds): ${inside} the 85 to 95 % that were asked for. One run more or less is ${(100 / coverage.runs).toFixed(1)} %.`;
  const transferred = `Over ${transfer.mixtures} answers ${proxy.preset} and ${larger.preset} rank alike with a correlation of ${transfer.rho.toFixed(2)} [${transfer.lower.toFixed(2)}, ${transfer.upper.toFixed(2)}], mean over targets${transfer.lower < 0.5 ? ": too wide to say that the order is kept" : ""}.`;
  return [...comparisons, reach, covered, transferred];
}

function limits({ experiment, groups }: Outcome): string[] {
  const { budgets, searchSeeds, larger, freshSeeds, targets } = experiment;
  const widths = Object.values(groups).flatMap((result) =>
    result.map(({ objective: { lower, upper } }) => (upper - lower) / 2),
  );
  const missing = [16, 32, 64, 112].filter((budget) => !budgets.includes(budget));
  return [
    ...(missing.length > 0
      ? [
          `This is not the experiment that the claims are about: no budgets of ${missing.join(", ")} mixtures, ${Object.keys(targets).length} of four targets, and proxies with few tokens. It says that everything works and how large differences are here. Nothing about \`tiny\`, \`small\` or about 112 mixtures follows from it.`,
        ]
      : []),
    `With ${searchSeeds.length} search seeds, half an interval is ${Math.min(...widths).toFixed(4)} to ${Math.max(...widths).toFixed(4)} bits per byte: smaller differences are noise.`,
    "Many pairs are compared: of twenty that differ by nothing, one looks certain to 95 %.",
    `The targets' items are the same in the search and afterwards; only seeds and proxy are new (${larger.preset}, ${seedsOf(freshSeeds)}).`,
    "One corpus, with domains that were found and not given, and one tokenizer.",
  ];
}

function seedsOf(seeds: readonly number[]): string {
  return seeds.length === 1 ? "one seed" : `${seeds.length} seeds`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "no share";
}
