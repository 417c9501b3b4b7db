import { join } from "node:path";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { writeFiles } from "../run-search.js";
import { type GlobalOptions, withSession } from "../session.js";

/** `climb report`: writes the report of a search again. */
export function addReport(program: Command): void {
  program
    .command("report")
    .argument("<search-id>")
    .description("Copy the files of a finished search: mixture.json, runs.jsonl, runs.csv, report.html and dataset/.")
    .option("--out <dir>", "where they go (default: under --data-dir)")
    .action(async (id: string, { out }: { out?: string }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const { search } = await session.search.getSearch({ id }, { signal: session.signal });
        if (!search?.result || Object.keys(search.result.files).length === 0) {
          throw new CommandError(`search ${id} is not finished, so it has no report yet`);
        }
        const paths = await writeFiles(session, search, out ?? join(options.dataDir, "out", id));
        if (session.output.asJson) session.output.json({ id, files: paths });
        else for (const path of paths) session.output.say(path);
      });
    });
}
