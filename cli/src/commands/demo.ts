import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SearchSpec } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { addCorpusOptions, type CorpusOptions, corpusFields } from "../corpus-options.js";
import { gatherDemoCorpus } from "../demo-corpus.js";
import { CommandError } from "../errors.js";
import { integer } from "../integer.js";
import { runSearch } from "../run-search.js";
import { type GlobalOptions, withSession } from "../session.js";

interface DemoOptions extends CorpusOptions {
  input?: string;
  target?: string[];
  out?: string;
  proxy: string;
  seed: number;
}

/** `climb demo`: a search of the text that npm has installed, or of a folder. */
export function addDemo(program: Command): void {
  const command = program.command("demo");
  addCorpusOptions(command)
    .description(
      "Find a mixture in about three minutes: of the text that npm ci put on this machine (documentation, code, declarations, licences, JSON), for held-out README prose; or of your own.",
    )
    .option("--input <path>", "your own corpus: a directory, JSON, CSV, Parquet, Arrow or tar")
    .option("--target <file...>", "your own target files (default with --input: documents held out of it)")
    .option("--out <dir>", "where the outputs go (default: under --data-dir)")
    .option("--proxy <preset>", "nano, tiny, small or medium", "nano")
    .option("--seed <n>", "seed of everything", integer, 1)
    .action(async (given: DemoOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & DemoOptions>();
      const folder = resolve(options.dataDir, "demo");
      const started = performance.now();
      await withSession(options, async (session) => {
        const { output } = session;
        const input = given.input
          ? await ownInput(given, folder)
          : await installedInput(folder, (line) => output.say(line));
        const spec = SearchSpec.fromPartial({
          name: "demo",
          input: {
            $case: "corpus",
            value: { source: { paths: [input.corpusPath], ...corpusFields(given) }, domains: { clusters: 0 } },
          },
          targets: input.targets,
          proxy: { preset: given.proxy },
          budget: { rounds: [10, 6, 4], tokensPerRun: 250_000n, confirmationSeeds: 4, confirmedMixtures: 2 },
          seed: given.seed,
          dataset: {},
        });
        await runSearch(session, spec, {
          out: given.out ?? join(options.dataDir, "out", "demo"),
          dataDir: options.dataDir,
        });
        output.say(`took ${Math.round((performance.now() - started) / 1000)} s`);
      });
    });
}

async function installedInput(folder: string, say: (line: string) => void) {
  const root = nearestNodeModules();
  const gathered = await gatherDemoCorpus(root, folder);
  const megabytes = (gathered.textBytes / 1e6).toFixed(1);
  say(`corpus: ${gathered.documents} documents, ${megabytes} MB of text from ${root}`);
  say(`target: prose of ${gathered.targetDocuments} README pieces held out of it`);
  return { corpusPath: gathered.corpusPath, targets: [{ name: "readme-prose", paths: [gathered.targetPath] }] };
}

async function ownInput({ input = "", target = [] }: DemoOptions, folder: string) {
  const corpusPath = resolve(input);
  if (!existsSync(corpusPath))
    throw new CommandError(`--input ${input}: does not exist; expected a file or a directory`);
  if (target.length === 0) {
    throw new CommandError(
      `--input needs --target FILE…: text or questions that the model should be good at (${folder} is free for them)`,
    );
  }
  const paths = target.map((path) => resolve(path));
  return {
    corpusPath,
    targets: paths.map((path, i) => ({ name: targetName(path, i), paths: [path] })),
  };
}

function targetName(path: string, index: number): string {
  const base =
    path
      .split("/")
      .at(-1)
      ?.split(".")[0]
      ?.replace(/[^A-Za-z0-9_-]/g, "-") ?? "";
  return base && /^[A-Za-z0-9]/.test(base) ? base : `target-${index + 1}`;
}

function nearestNodeModules(): string {
  let folder = fileURLToPath(new URL(".", import.meta.url));
  while (folder !== "/") {
    const candidate = join(folder, "node_modules");
    if (existsSync(join(candidate, "onnxruntime-node"))) return candidate;
    folder = resolve(folder, "..");
  }
  return join(process.cwd(), "node_modules");
}
