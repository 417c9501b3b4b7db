import { dirname } from "node:path";
import addCompletion from "@bomb.sh/tab/commander";
import { expectUsableFolder } from "@climb/runtime";
import { Command } from "commander";
import { addBench } from "./commands/bench.js";
import { addCompare } from "./commands/compare.js";
import { addDataset } from "./commands/dataset.js";
import { addDelete } from "./commands/delete.js";
import { addDemo } from "./commands/demo.js";
import { addDoctor } from "./commands/doctor.js";
import { addDomains } from "./commands/domains.js";
import { addGc } from "./commands/gc.js";
import { addLabel } from "./commands/label.js";
import { addList } from "./commands/list.js";
import { addPredictor } from "./commands/predictor.js";
import { addReport } from "./commands/report.js";
import { addRun } from "./commands/run.js";
import { addSearch } from "./commands/search.js";
import { addTrain } from "./commands/train.js";
import { addUp } from "./commands/up.js";
import { addUsage } from "./commands/usage.js";
import { EXIT } from "./errors.js";

/** The whole command line. */
export function createProgram(): Command {
  const program = new Command("climb")
    .description(
      "Finds the best pre-training data mixture for an unlabelled text corpus and writes the mixed data set.",
    )
    .version("0.1.0")
    .option(
      "--data-dir <dir>",
      "where state and artifacts of the embedded suite live",
      process.env.CLIMB_DATA_DIR ?? ".climb",
    )
    .option("--address <host:port>", "use a running suite instead of an embedded one", process.env.CLIMB_ADDRESS)
    .option("--tls-ca <file>", "CAs of a running suite (PEM), or the word system", process.env.CLIMB_TLS_CA)
    .option("--tls-cert <file>", "certificate to show it (PEM)", process.env.CLIMB_TLS_CERT)
    .option("--tls-key <file>", "key of the certificate (PEM)", process.env.CLIMB_TLS_KEY)
    .option("--token-file <file>", "file with the token to show it", process.env.CLIMB_TOKEN_FILE)
    .option(
      "--project <name>",
      "the project to act for, with a token or certificate that is good for any",
      process.env.CLIMB_PROJECT,
    )
    .option("--json", "results as JSON on standard output, for machines")
    .option("--log-level <level>", "debug, info, warn, error or silent", process.env.CLIMB_LOG_LEVEL ?? "error")
    .option("--patience <seconds>", "how long what is away is waited for", Number, 3600)
    .addHelpText(
      "after",
      `\nExit codes: ${EXIT.ok} done, ${EXIT.failed} failed, ${EXIT.badInput} bad input, ${EXIT.interrupted} interrupted (the same command goes on).`,
    )
    .showHelpAfterError("(climb --help shows what there is)")
    .hook("preAction", (_, command) => {
      // Hours of work must not end at a place where nothing can be written.
      const { out, save } = command.opts<{ out?: string; save?: string }>();
      if (out !== undefined) expectUsableFolder("the folder", out, "give another --out");
      if (save !== undefined) expectUsableFolder("the folder", dirname(save), "give another --save");
    });
  for (const add of [
    addDemo,
    addRun,
    addUp,
    addSearch,
    addCompare,
    addDataset,
    addTrain,
    addDomains,
    addPredictor,
    addReport,
    addList,
    addLabel,
    addDelete,
    addUsage,
    addGc,
    addDoctor,
    addBench,
  ])
    add(program);
  addCompletion(program);
  return program;
}
