import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { downloadFiles } from "@climb/client";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import { type Command, Option } from "commander";
import { everyRun } from "../every-run.js";
import { artifactsOf, writeMlflow } from "../results/mlflow.js";
import { type TrackedRun, trackedRuns } from "../results/tracked-runs.js";
import { filesOf, writeWandb } from "../results/wandb.js";
import { type GlobalOptions, withSession } from "../session.js";

interface Tracker {
  write(folder: string, search: { id: string; name: string }, runs: readonly TrackedRun[]): void;
  /** Where the files of a run go. */
  files(folder: string, searchId: string, run: TrackedRun): string;
  /** What to do with the folder. */
  use(folder: string): string;
}

const TRACKERS: Record<string, Tracker> = {
  mlflow: {
    write: writeMlflow,
    files: artifactsOf,
    use: (folder) => `mlflow ui --backend-store-uri ${folder}`,
  },
  wandb: {
    write: writeWandb,
    files: (folder, _, run) => filesOf(folder, run),
    use: (folder) => `wandb sync --include-offline ${folder}/offline-run-*`,
  },
};

/** `climb search export`: a search and its runs as an experiment tracker takes them. */
export function addSearchExport(search: Command): void {
  search
    .command("export")
    .argument("<id>", "a finished search")
    .description("Write a search's answer and runs as a folder of MLflow's file store or of W&B's offline mode.")
    .addOption(new Option("--for <tracker>", "what takes it").choices(Object.keys(TRACKERS)).makeOptionMandatory())
    .option("--out <dir>", "where the folder goes (default: under --data-dir)")
    .action(async (id: string, given: { for: string; out?: string }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const found = (await session.search.getSearch({ id }, { signal: session.signal })).search as Search;
        const made: SearchRun[] = [];
        for await (const run of everyRun(session, id)) made.push(run);
        const runs = trackedRuns(found, made);
        const folder = resolve(given.out ?? join(options.dataDir, "out", `${id}-${given.for}`));
        const tracker = TRACKERS[given.for] as Tracker;
        tracker.write(folder, { id, name: found.spec?.name ?? "" }, runs);
        const answer = tracker.files(folder, id, runs[0] as TrackedRun);
        mkdirSync(answer, { recursive: true });
        await downloadFiles(session.store, found.result?.files ?? {}, answer, session.patience);
        const { output } = session;
        if (output.asJson) return output.json({ tracker: given.for, out: folder, runs: runs.length });
        output.say(`${runs.length} runs written to ${folder}`);
        output.say(`  ${tracker.use(folder)}`);
      });
    });
}
