import { Budget, RunRole, type Search, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { type Command, InvalidArgumentError } from "commander";
import { CommandError } from "../errors.js";
import { everyRun } from "../every-run.js";
import { integer } from "../integer.js";
import { runSearch } from "../run-search.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

interface AgainOptions {
  rounds?: number[];
  out?: string;
}

interface ExtendOptions extends AgainOptions {
  maxRuns?: number;
  maxTokens?: number;
  maxSeconds?: number;
  maxBytes?: number;
}

/** `climb search extend` and `retarget`: a finished search as the beginning of another; its runs are used again. */
export function addSearchAgain(search: Command): void {
  search
    .command("extend")
    .argument("<id>", "the search")
    .description("Search on with further rounds: the same as having asked for all of them, and no run is made twice.")
    .option("--rounds <counts>", "mixtures in each further round, for example 6,4", counts)
    .option("--max-runs <n>", "of a search without rounds of its own: runs in all", integer)
    .option("--max-tokens <n>", "of a search without rounds of its own: tokens trained on in all", integer)
    .option("--max-seconds <n>", "of a search without rounds of its own: seconds of training in all", integer)
    .option("--max-bytes <n>", "of a search without rounds of its own: bytes of the weights that runs keep", integer)
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, { out, ...more }: ExtendOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const spec = askedAgain(await finishedSearch(session, id));
        const budget = extended(spec, more, more.rounds ? await roundsMade(session, id) : []);
        await runSearch(session, { ...spec, budget }, { out, dataDir: options.dataDir });
      });
    });

  search
    .command("retarget")
    .argument("<id>", "the search whose runs are used again")
    .argument("<SEARCH.yaml>", "a file whose targets and combination are taken; everything else stays as it was")
    .description("Search for other targets: what was explored is evaluated on them, on the weights that there are.")
    .option(
      "--rounds <counts>",
      "mixtures in each further round that is trained, for example 6,4; default none",
      counts,
    )
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, file: string, { rounds = [], out }: AgainOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { targets, combination } = readSearchFile(file);
      await withSession(options, async (session) => {
        const spec = askedAgain(await finishedSearch(session, id));
        const explored = (await roundsMade(session, id)).reduce((total, count) => total + count, 0);
        const limits = { autoRounds: false, maxRuns: 0, maxTokens: 0n, maxSeconds: 0, maxBytes: 0n };
        const budget = spec.budget && { ...spec.budget, ...limits, rounds: [explored, ...rounds] };
        // Results known before are of the earlier targets.
        // The runs of smaller proxies stay with the search that made them.
        const fresh = { knownResults: [], smallerProxies: [] };
        const again = { ...spec, ...fresh, targets, combination, budget, reuseSearchId: id };
        await runSearch(session, again, { out, dataDir: options.dataDir });
      });
    });
}

/**
 * The larger budget. Further rounds come after those that were made, and do not end early: that is what extending means.
 * @param made mixtures in each round that was made
 */
function extended(
  { budget, smallerProxies }: SearchSpec,
  { rounds, ...limits }: ExtendOptions,
  made: number[],
): Budget {
  const before = Budget.fromPartial(budget ?? {});
  const raised = Object.values(limits).some((limit) => limit !== undefined);
  if (rounds && raised)
    throw new CommandError("give either --rounds or a limit: rounds go on until the limit is reached");
  if (rounds) {
    const unlimited = { maxRuns: 0, maxTokens: 0n, maxSeconds: 0, maxBytes: 0n };
    // Where sizes share a round, the proxy itself trained fewer mixtures than were asked for.
    const asked = made.map((count, r) => (smallerProxies.length > 0 ? (before.rounds[r] ?? count) : count));
    return { ...before, ...unlimited, rounds: [...asked, ...rounds], autoRounds: false, stopEarly: false };
  }
  if (!raised)
    throw new CommandError("give --rounds, or a larger --max-runs, --max-tokens, --max-seconds or --max-bytes");
  if (before.rounds.length > 0) {
    const found = `rounds of ${before.rounds.join(", ")}`;
    throw new CommandError(`the search was asked for ${found}; give further ones with --rounds`);
  }
  const { maxRuns = before.maxRuns, maxTokens, maxSeconds = before.maxSeconds, maxBytes } = limits;
  const [tokens, bytes] = [BigInt(maxTokens ?? before.maxTokens), BigInt(maxBytes ?? before.maxBytes)];
  return { ...before, maxRuns, maxTokens: tokens, maxSeconds, maxBytes: bytes };
}

/** A search that has its answer. @throws CommandError if it has none */
export async function finishedSearch({ search: client, signal }: Session, id: string): Promise<Search> {
  const { search } = await client.getSearch({ id }, { signal });
  if (!search?.result) throw new CommandError(`search ${id} has no answer yet; expected one that is finished`);
  return search;
}

/** What was asked for, so that it can be asked again: a vocabulary that a tokenizer brought was not the user's. */
export function askedAgain({ spec }: Search): SearchSpec {
  if (!spec) throw new CommandError("the search has no specification");
  return { ...spec, vocabulary: spec.tokenizer ? 0 : spec.vocabulary };
}

/** Mixtures that were explored in each round. */
async function roundsMade(session: Session, searchId: string): Promise<number[]> {
  const made: number[] = [];
  for await (const { role, round } of everyRun(session, searchId))
    if (role === RunRole.RUN_ROLE_EXPLORE) made[round - 1] = (made[round - 1] ?? 0) + 1;
  // A round without explored mixtures, such as that of components, is none that was asked for.
  return made.filter((count) => count > 0);
}

/** Counts of mixtures, as the option has them. @throws InvalidArgumentError */
export function counts(text: string): number[] {
  const values = text.split(",").map(Number);
  if (!values.every((value) => Number.isInteger(value) && value > 0))
    throw new InvalidArgumentError(`found "${text}", expected whole numbers above 0 with commas between, such as 6,4`);
  return values;
}

/** The same question about other domains; mixtures of the domains before say nothing of them by their ids. */
export function onOtherDomains(searchId: string, domainSetId: string, freeRatios: boolean): Partial<SearchSpec> {
  return {
    input: { $case: "domainSetId", value: domainSetId },
    earlier: { searchId, freeRatios },
    knownResults: [],
    baselines: [],
  };
}
