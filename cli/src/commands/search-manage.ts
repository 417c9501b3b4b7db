import { Budget, Search, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { nameOfState } from "@climb/resources";
import { type Command, Option } from "commander";
import { CommandError } from "../errors.js";
import { integer } from "../integer.js";
import { runSearch } from "../run-search.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from "../strategies.js";
import { forget } from "./delete.js";
import { askedAgain, counts, onOtherDomains } from "./search-again.js";

interface CloneOptions {
  name?: string;
  seed?: number;
  strategy?: StrategyName;
  rounds?: number[] | "auto";
  tokensPerRun?: number;
  domains?: string;
  freeRatios?: boolean;
  out?: string;
}

/** `climb search pause`, `resume`, `cancel`, `rename`, `delete` and `clone`. */
export function addSearchManage(search: Command): void {
  const on = (name: string, description: string, act: (session: Session, id: string) => Promise<Search | undefined>) =>
    search
      .command(name)
      .argument("<id>", "the search")
      .description(description)
      .action(async (id: string, _: unknown, command: Command) => {
        await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) =>
          show(session, await act(session, id)),
        );
      });
  on("pause", "Hold a search: it trains nothing until it is resumed; what was trained stays.", async (session, id) => {
    return (await session.search.pauseSearch({ id }, { signal: session.signal })).search;
  });
  on("resume", "Let a held search go on where it stopped.", async (session, id) => {
    return (await session.search.resumeSearch({ id }, { signal: session.signal })).search;
  });
  on("cancel", "Cancel a search; finished runs stay.", async (session, id) => {
    return (await session.search.cancelSearch({ id }, { signal: session.signal })).search;
  });

  search
    .command("rename")
    .argument("<id>", "the search")
    .argument("<name>", "its new name")
    .description("Give a search another name; its id stays.")
    .action(async (id: string, name: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const change = { id, metadata: { displayName: name }, updateMask: ["display_name"] };
        show(session, (await session.search.updateSearch(change, { signal: session.signal })).search);
      });
    });

  search
    .command("delete")
    .argument("<id>", "a search that has ended")
    .description("Forget a search; its artifacts go with climb gc, its runs stay for others.")
    .action(async (id: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => forget(session, "search", id));
    });

  search
    .command("clone")
    .argument("<id>", "the search")
    .description("Search again with something changed; whatever runs both need are made once.")
    .option("--name <name>", "a name for people")
    .option("--seed <n>", "another seed", integer)
    .addOption(new Option("--strategy <name>", "another strategy").choices(STRATEGY_NAMES))
    .option("--rounds <counts>", "mixtures in each round, for example 12,8,4, or auto", (text) =>
      text === "auto" ? text : counts(text),
    )
    .option("--tokens-per-run <n>", "tokens of each proxy run", integer)
    .option(
      "--domains <id>",
      "another domain set; runs count as far as they can, ratios of domains that stayed are kept",
    )
    .option("--free-ratios", "with --domains: search the ratios of domains that stayed, too")
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, { out, ...changes }: CloneOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const { search: found } = await session.search.getSearch({ id }, { signal: session.signal });
        await runSearch(session, cloned(found as Search, changes), { out, dataDir: options.dataDir });
      });
    });
}

/** What a search was asked for, changed. @throws CommandError if only its name differs */
function cloned(found: Search, changes: CloneOptions): SearchSpec {
  const { name, seed, strategy, rounds, tokensPerRun, domains, freeRatios = false } = changes;
  const before = askedAgain(found);
  if (freeRatios && domains === undefined) throw new CommandError("--free-ratios goes with --domains");
  if ([seed, strategy, rounds, tokensPerRun, domains].every((change) => change === undefined))
    throw new CommandError(
      "the same question has the same search; change --seed, --strategy, --rounds, --tokens-per-run or --domains",
    );
  const budget = Budget.fromPartial(before.budget ?? {});
  // The rounds of one strategy are not another's; a limit stays one.
  const ownRounds = strategy === undefined ? budget.rounds : [];
  const autoRounds = rounds === "auto" || (rounds === undefined && strategy === undefined && budget.autoRounds);
  return {
    ...before,
    name: name ?? before.name,
    seed: seed ?? before.seed,
    strategy: strategy ? STRATEGIES[strategy] : before.strategy,
    budget: {
      ...budget,
      rounds: rounds === "auto" ? [] : (rounds ?? ownRounds),
      autoRounds,
      tokensPerRun: tokensPerRun === undefined ? budget.tokensPerRun : BigInt(tokensPerRun),
    },
    // What was explored with another seed or on other tokens cannot be this one's first round.
    reuseSearchId: "",
    earlier: seed === undefined && tokensPerRun === undefined ? before.earlier : undefined,
    ...(domains !== undefined && onOtherDomains(found.id, domains, freeRatios)),
  };
}

function show({ output }: Session, found: Search | undefined): void {
  const search = Search.fromPartial(found ?? {});
  if (output.asJson) output.json(Search.toJSON(search));
  else
    output.say(
      `${search.id}  ${stateOf(search)}  ${search.metadata?.displayName || search.spec?.name || ""}`.trimEnd(),
    );
}

/** Where a search stands, in a word. */
export function stateOf({ status, paused }: Pick<Search, "status" | "paused">): string {
  if (paused) return "paused";
  return nameOfState(status).toLowerCase();
}
