import type { Command } from "commander";
import { describeDryRun, runSearch } from "../run-search.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, withSession } from "../session.js";

/** `climb run`: a search from its file to its outputs; asked for again, it goes on. */
export function addRun(program: Command): void {
  program
    .command("run")
    .argument("<SEARCH.yaml>", "the search; see search.example.yaml")
    .description("Search for the best mixture of a corpus: embed, cluster, train proxies, confirm, write the data set.")
    .option("--out <dir>", "where mixture.json, runs.jsonl, report.html and dataset/ go (default: under --data-dir)")
    .option("--dry-run", "check everything and tell what the search would do and cost, without starting it")
    .action(async (file: string, { out, dryRun }: { out?: string; dryRun?: boolean }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const spec = readSearchFile(file);
      await withSession(options, async (session) => {
        if (dryRun) await describeDryRun(session, spec);
        else await runSearch(session, spec, out, options.dataDir);
      });
    });
}
