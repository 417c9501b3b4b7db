import { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { everyRun } from "../every-run.js";
import { followSearch } from "../follow-search.js";
import { addListOptions, everyItem, type ListOptions } from "../list-options.js";
import { addMetadataOptions, type MetadataOptions, metadataOf } from "../metadata-options.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, withSession } from "../session.js";
import { describeResult } from "../show-result.js";
import { withUploads } from "../upload.js";
import { addSearchAgain } from "./search-again.js";
import { addSearchChoose } from "./search-choose.js";
import { addSearchExport } from "./search-export.js";
import { addSearchManage, stateOf } from "./search-manage.js";
import { addSearchRefine } from "./search-refine.js";

/** `climb search`: all that can be done with searches. */
export function addSearch(program: Command): void {
  const search = program.command("search").description("Create, list, follow, hold, extend and clone searches.");

  const create = search
    .command("create")
    .argument("<SEARCH.yaml>", "the search")
    .description("Start a search on a running suite (--address) and print its id.")
    .action(async (file: string, said: MetadataOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      if (!options.address)
        throw new CommandError("a search is created on a running suite; give --address (see climb up)");
      const given = readSearchFile(file);
      await withSession(options, async ({ search: client, output, callerFile, signal }) => {
        const spec = await withUploads(given, callerFile);
        const created = await client.createSearch(
          { requestId: "", spec, metadata: metadataOf(said) },
          { signal, timeoutMs: 120_000 },
        );
        if (output.asJson) output.json(Search.toJSON(created.search as Search));
        else output.say(created.search?.id ?? "");
      });
    });
  addMetadataOptions(create);

  const list = search
    .command("list")
    .description("List searches.")
    .action(async (given: ListOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ search: client, output, signal }) => {
        const page = (asked: object) => client.listSearches(asked, { signal });
        for await (const found of everyItem(given, page, ({ searches }) => searches)) {
          const name = found.metadata?.displayName || found.spec?.name || "";
          if (output.asJson) output.json(Search.toJSON(found));
          else output.say(`${found.id}  ${stateOf(found).padEnd(10)} ${found.runsFinished} runs  ${name}`);
        }
      });
    });
  addListOptions(list);

  search
    .command("get")
    .argument("<id>")
    .description("Show a search, and its answer if it has one.")
    .option("--runs", "list its proxy runs too")
    .action(async (id: string, { runs }: { runs?: boolean }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const { search: client, output, signal } = session;
        const found = (await client.getSearch({ id }, { signal })).search as Search;
        if (output.asJson) output.json(Search.toJSON(found));
        else {
          output.say(`${found.id}  ${stateOf(found)}  ${found.runsFinished} of ${found.runsPlanned} runs`);
          if (found.status?.failure) output.say(found.status.failure.message);
          for (const line of found.result ? describeResult(found) : fitLines(found)) output.say(line);
        }
        if (!runs) return;
        for await (const run of everyRun(session, id)) {
          if (output.asJson) output.json(SearchRun.toJSON(run));
          else {
            const size = run.smallerProxy > 0 ? `  smaller proxy ${run.smallerProxy}` : "";
            output.say(`${run.runId}  round ${run.round}  ${run.objective.toFixed(4)}  ${run.origin}${size}`);
          }
        }
      });
    });

  search
    .command("watch")
    .argument("<id>")
    .description("Follow a search to its end.")
    .action(async (id: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const { output } = session;
        const found = await followSearch(session, id);
        if (output.asJson) output.json(Search.toJSON(found));
        else for (const line of describeResult(found)) output.say(line);
      });
    });

  addSearchAgain(search);
  addSearchChoose(search);
  addSearchExport(search);
  addSearchManage(search);
  addSearchRefine(search);
}

/** How well the targets are predicted so far, and the noise between seeds, while there is no answer. */
function fitLines({ fits, result }: Search): string[] {
  if (result) return [];
  return fits.map(
    ({ task, spearman, noise }) =>
      `  ${task}: rank correlation ${spearman.toFixed(2)}, noise between seeds ${noise.toPrecision(2)}`,
  );
}
