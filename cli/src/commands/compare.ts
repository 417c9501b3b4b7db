import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Budget, type Search, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { type Command, InvalidArgumentError } from "commander";
import { comparisonCsv, comparisonSvg, describeComparison } from "../compare/render.js";
import { compareOutcomes, type SearchOutcome } from "../compare/statistics.js";
import { CommandError } from "../errors.js";
import { followSearch } from "../follow-search.js";
import { integer } from "../integer.js";
import { checkedSearch } from "../run-search.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from "../strategies.js";

interface CompareOptions {
  strategies: StrategyName[];
  seeds: number;
  tokens?: number;
  out?: string;
}

/** Further apart than any search has fresh seeds, so that no two searches share one. */
const SEED_STEP = 1000;

/** `climb compare`: the same question to several strategies, at the same cost. */
export function addCompare(program: Command): void {
  program
    .command("compare")
    .argument("<SEARCH.yaml>", "the question; its strategy and number of rounds are not used")
    .description("Compare strategies at equal token budgets over several search seeds; begun again, it goes on.")
    .option("--strategies <names>", "with commas between", strategies, ["climb", "regmix", "random"] as StrategyName[])
    .option("--seeds <n>", "searches of each strategy, at least 2", integer, 3)
    .option(
      "--tokens <n>",
      "tokens that each search may train on in all (default: what the file's budget costs)",
      integer,
    )
    .option("--out <dir>", "where compare.json, compare.csv and compare.svg go (default: under --data-dir)")
    .action(async (file: string, given: CompareOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      if (given.seeds < 2)
        throw new CommandError("one search of each strategy has no error bar; expected --seeds 2 or more");
      const spec = { ...readSearchFile(file), dataset: undefined };
      await withSession(options, async (session) => {
        const folder = resolve(given.out ?? join(options.dataDir, "out", "compare"));
        await compare(session, spec, given, folder);
      });
    });
}

async function compare(session: Session, given: SearchSpec, options: CompareOptions, folder: string): Promise<void> {
  const { output } = session;
  const asked = await withEqualBudget(session, given, options.tokens);
  const searches = options.strategies.flatMap((strategy) =>
    Array.from({ length: options.seeds }, (_, k) => ({ strategy, seed: given.seed + k * SEED_STEP })),
  );
  // Faults first, of every search, before any is begun.
  const specs = [];
  for (const { strategy, seed } of searches) {
    const name = `${given.name || "comparison"}: ${strategy}, seed ${seed}`;
    const { spec } = await checkedSearch(session, { ...asked, name, seed, strategy: STRATEGIES[strategy] });
    specs.push({ strategy, seed, spec });
  }
  const begun = [];
  for (const { spec, ...of } of specs) {
    const { search } = await session.search.createSearch({ requestId: "", spec }, { signal: session.signal });
    begun.push({ ...of, id: search?.id ?? "" });
  }
  const outcomes: SearchOutcome[] = [];
  for (const { strategy, seed, id } of begun) {
    output.progress("searches", outcomes.length, begun.length, "searches");
    outcomes.push(outcomeOf(strategy, seed, await followSearch(session, id)));
  }
  output.settle();
  const results = compareOutcomes(outcomes);
  mkdirSync(folder, { recursive: true });
  const json = `${JSON.stringify({ tokens: Number(asked.budget?.maxTokens), results, searches: outcomes }, null, 2)}\n`;
  const files = {
    "compare.json": json,
    "compare.csv": comparisonCsv(outcomes),
    "compare.svg": comparisonSvg(results, outcomes),
  };
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
  if (output.asJson) return output.json({ files: paths, results });
  for (const line of describeComparison(results)) output.say(line);
  output.say("");
  for (const path of paths) output.say(path);
}

/** The question with a limit in tokens instead of rounds: every strategy makes of it what it can. */
async function withEqualBudget(session: Session, given: SearchSpec, tokens: number | undefined): Promise<SearchSpec> {
  const asked = { ...given, strategy: STRATEGIES.climb };
  const { estimate } = await checkedSearch(session, asked);
  const maxTokens = tokens === undefined ? (estimate?.tokens ?? 0n) : BigInt(tokens);
  if (maxTokens === 0n)
    throw new CommandError("what the file's budget costs is not known before its domains are; give --tokens");
  const limits = {
    rounds: [],
    autoRounds: false,
    stopEarly: false,
    maxRuns: 0,
    maxSeconds: 0,
    maxBytes: 0n,
    maxTokens,
  };
  return { ...given, budget: { ...Budget.fromPartial(given.budget ?? {}), ...limits } };
}

function outcomeOf(strategy: string, seed: number, { id, spec, targets, result }: Search): SearchOutcome {
  const tokens = Number(result?.runTokens ?? 0n);
  return {
    strategy,
    seed,
    searchId: id,
    objective: result?.objective?.mean ?? Number.NaN,
    tasks: Object.fromEntries(targets.map(({ name }, i) => [name, result?.tasks[i]?.mean ?? Number.NaN])),
    // A run that is both a replicate and a confirmation counts once.
    runs: Math.round(tokens / Number(spec?.budget?.tokensPerRun ?? 1n)),
    tokens,
    seconds: result?.runSeconds ?? 0,
  };
}

/** @throws InvalidArgumentError for a name that is no strategy's, or one that comes twice */
function strategies(text: string): StrategyName[] {
  const names = text.split(",");
  const wrong = names.find((name, i) => !Object.hasOwn(STRATEGIES, name) || names.indexOf(name) < i);
  if (wrong === undefined) return names as StrategyName[];
  const expected = `different ones of ${STRATEGY_NAMES.join(", ")}, with commas between`;
  throw new InvalidArgumentError(`found "${wrong}", expected ${expected}`);
}
