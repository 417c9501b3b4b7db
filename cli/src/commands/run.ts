import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { addCorpusOptions, type CorpusOptions, corpusFields } from "../corpus-options.js";
import { CommandError } from "../errors.js";
import { addMetadataOptions, type MetadataOptions, metadataOf } from "../metadata-options.js";
import { describeDryRun, runSearch } from "../run-search.js";
import { readSearchFile } from "../search-file.js";
import { type GlobalOptions, withSession } from "../session.js";

interface RunOptions {
  out?: string;
  dryRun?: boolean;
}

/** `climb run`: a search from its file to its outputs; asked for again, it goes on. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .argument("<SEARCH.yaml>", "the search; see search.example.yaml")
    .description("Search for the best mixture of a corpus: embed, cluster, train proxies, confirm, write the data set.")
    .option("--out <dir>", "where mixture.json, runs.jsonl, report.html and dataset/ go (default: under --data-dir)")
    .option("--dry-run", "check everything and tell what the search would do and cost, without starting it")
    .action(
      async (
        file: string,
        { out, dryRun, ...given }: CorpusOptions & RunOptions & MetadataOptions,
        command: Command,
      ) => {
        const options = command.optsWithGlobals<GlobalOptions>();
        const spec = withCorpusFields(readSearchFile(file), given);
        await withSession(options, async (session) => {
          if (dryRun) await describeDryRun(session, spec);
          else await runSearch(session, spec, { out, dataDir: options.dataDir, metadata: metadataOf(given) });
        });
      },
    );
  addMetadataOptions(addCorpusOptions(command));
}

/** Options say how the corpus of the file is read, before what the file says. */
function withCorpusFields(spec: SearchSpec, given: CorpusOptions): SearchSpec {
  const fields = corpusFields(given);
  if (Object.keys(fields).length === 0) return spec;
  if (spec.input?.$case !== "corpus" || !spec.input.value.source) {
    throw new CommandError("the search begins with a domain set; options of how a corpus is read mean nothing to it");
  }
  const { source, ...value } = spec.input.value;
  return { ...spec, input: { $case: "corpus", value: { ...value, source: { ...source, ...fields } } } };
}
