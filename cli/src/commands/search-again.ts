import { RunRole, type Search, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { type Command, InvalidArgumentError } from "commander";
import { CommandError } from "../errors.js";
import { runSearch } from "../run-search.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

interface AgainOptions {
  rounds?: number[];
  out?: string;
}

/** `climb search extend` and `retarget`: a finished search as the beginning of another; its runs are used again. */
export function addSearchAgain(search: Command): void {
  search
    .command("extend")
    .argument("<id>", "the search")
    .description("Search on with further rounds: the same as having asked for all of them, and no run is made twice.")
    .requiredOption("--rounds <counts>", "mixtures in each further round, for example 6,4", counts)
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, { rounds = [], out }: AgainOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const spec = askedAgain(await found(session, id));
        const budget = spec.budget && { ...spec.budget, rounds: [...spec.budget.rounds, ...rounds] };
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
        const spec = askedAgain(await found(session, id));
        const explored = await countExplored(session, id);
        const budget = spec.budget && { ...spec.budget, rounds: [explored, ...rounds] };
        // Results known before are of the earlier targets.
        const again = { ...spec, targets, combination, budget, reuseSearchId: id, knownResults: [] };
        await runSearch(session, again, { out, dataDir: options.dataDir });
      });
    });
}

async function found({ search: client, signal }: Session, id: string): Promise<Search> {
  const { search } = await client.getSearch({ id }, { signal });
  if (!search?.result) throw new CommandError(`search ${id} has no answer yet; expected one that is finished`);
  return search;
}

/** What was asked for, so that it can be asked again: a vocabulary that a tokenizer brought was not the user's. */
function askedAgain({ spec }: Search): SearchSpec {
  if (!spec) throw new CommandError("the search has no specification");
  return { ...spec, vocabulary: spec.tokenizer ? 0 : spec.vocabulary };
}

async function countExplored({ search: client, signal }: Session, searchId: string): Promise<number> {
  let count = 0;
  let pageToken = "";
  do {
    const page = await client.listSearchRuns({ searchId, pageSize: 1000, pageToken }, { signal });
    count += page.runs.filter(({ role }) => role === RunRole.RUN_ROLE_EXPLORE).length;
    pageToken = page.nextPageToken;
  } while (pageToken);
  return count;
}

/** Counts of mixtures, as the option has them. @throws InvalidArgumentError */
function counts(text: string): number[] {
  const values = text.split(",").map(Number);
  if (!values.every((value) => Number.isInteger(value) && value > 0))
    throw new InvalidArgumentError(`found "${text}", expected whole numbers above 0 with commas between, such as 6,4`);
  return values;
}
