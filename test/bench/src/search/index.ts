import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError } from "@climb/cli/errors";
import { startSuite } from "@climb/cli/suite";
import { TargetSource } from "@climb/proto/training/v1/target";
import type { BenchOptions } from "../options.js";
import { createPipeline } from "../pipeline.js";
import { confirmAnswers, mixtureKey } from "./confirm.js";
import { type Experiment, FULL, groupsOf, QUICK, wholeGroup } from "./experiment.js";
import { byBudget, type Confirmation, coverage, groupResult, type Outcome, runsToReach, transfer } from "./figures.js";
import { experimentPage } from "./page.js";
import { experimentPlot } from "./plot.js";
import { makeSearches } from "./searches.js";

/**
 * Strategies at equal numbers of explored mixtures, over search seeds; every answer is trained again with a larger proxy and
 * seeds that no search has seen. All that is trained stays under the data directory, and the same command goes on with it.
 */
export async function benchSearch(options: BenchOptions): Promise<Record<string, unknown>> {
  const experiment = options.quick ? QUICK : FULL;
  const corpus = resolve(options.corpus ?? "../shared/corpus");
  const tasks = resolve(options.tasks ?? "../shared/tasks");
  for (const folder of [corpus, tasks]) {
    if (!existsSync(folder)) throw new CommandError(`${folder} does not exist; give --corpus and --tasks`);
  }
  const outcome = await carryOut(experiment, corpus, tasks, options);
  const figures = figuresOf(outcome);
  const folder = resolve(options.results ?? "test/bench/results");
  mkdirSync(folder, { recursive: true });
  const name = `search-${experiment.name}`;
  const { answers, coverage: covered, ...rest } = outcome;
  const searches = answers.map(({ predicted, ...answer }) => ({ ...answer, predicted: predicted.length }));
  const json = `${JSON.stringify({ figures, coverage: covered, ...rest, searches }, null, 1)}\n`;
  writeFileSync(join(folder, `${name}.json`), json);
  writeFileSync(join(folder, `${name}.svg`), experimentPlot(outcome));
  writeFileSync(join(folder, `${name}.md`), experimentPage(outcome, `${name}.svg`));
  return figures;
}

async function carryOut(
  experiment: Experiment,
  corpus: string,
  tasks: string,
  { dataDir, logLevel }: BenchOptions,
): Promise<Outcome> {
  const suite = await startSuite({ dataDir, port: 0, logLevel });
  const pipeline = createPipeline(suite);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const progress = (what: string) => (done: number, total: number) => {
    if (done % Math.ceil(total / 20) === 0 || done === total) say(`${what}: ${done} of ${total}`);
  };
  try {
    say("embedding");
    const embedded = await pipeline.embed([join(corpus, "*.jsonl.gz")], experiment.maxDocuments);
    say("finding domains");
    const domainSet = await pipeline.findDomains(embedded, {});
    const sources = Object.entries(experiment.targets).map(([name, files]) =>
      TargetSource.fromPartial({
        name,
        paths: files.map((file) => join(tasks, `${file}.jsonl.gz`)),
        maxBytes: BigInt(experiment.targetBytes),
      }),
    );
    const onSearch = progress("searches");
    const { answers, tokenSetId } = await makeSearches(suite.address, experiment, domainSet.id, sources, onSearch);
    const { targets } = await pipeline.training.importTargets({ sources }, { timeoutMs: 120_000 });
    const onRun = progress("runs with fresh seeds");
    const confirmed = await confirmAnswers(pipeline.training, experiment, tokenSetId, targets, answers, onRun);
    const of = (mixture: readonly number[]) => confirmed.get(mixtureKey(mixture)) as Confirmation;
    const groups = Object.entries(groupsOf(experiment)).map(([group, names]) => {
      const own = answers.filter((answer) => answer.group === group);
      return [group, groupResult(own, names, of)] as const;
    });
    return {
      experiment,
      domains: answers[0]?.mixture.length ?? 0,
      answers,
      groups: Object.fromEntries(groups),
      coverage: coverage(answers),
      transfer: transfer([...confirmed.values()], Object.keys(experiment.targets)),
    };
  } finally {
    pipeline.close();
    await suite.close();
  }
}

/** The last line: bits per byte of the answers by group, strategy and mixtures explored. */
function figuresOf({ experiment, groups, coverage: covered, transfer: { rho, lower, upper } }: Outcome) {
  const { budgets, proxy, larger } = experiment;
  const most = budgets.at(-1) ?? 0;
  const figures = Object.fromEntries(Object.entries(groups).map(([group, result]) => [group, byBudget(result)]));
  const { preset } = larger;
  return {
    bench: "search",
    groups: figures,
    [`runsToRegmix${most}`]: runsToReach(figures[wholeGroup(experiment)] ?? {}, "regmix", most),
    transfer: { [`${proxy.preset}${preset.charAt(0).toUpperCase()}${preset.slice(1)}`]: { rho, lower, upper } },
    coverage90: covered,
  };
}
