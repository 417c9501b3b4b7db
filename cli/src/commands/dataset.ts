import { resolve } from "node:path";
import type { Command } from "commander";
import { verifyDataset } from "../dataset/verify.js";
import { CommandError, EXIT } from "../errors.js";
import { createOutput } from "../output.js";
import type { GlobalOptions } from "../session.js";
import { addDatasetExport } from "./dataset-export.js";

/** `climb dataset`: what can be done with data sets. */
export function addDataset(program: Command): void {
  const dataset = program.command("dataset").description("Check a data set that was written, or export a mixture.");
  addDatasetExport(dataset);

  dataset
    .command("verify")
    .argument("<dir>", "the folder of the data set, which has a manifest.json")
    .description("Check every file, document count and share of tokens against the plan; needs no suite.")
    .action(async (dir: string, _: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<GlobalOptions>();
      const output = createOutput({ json, stderr: process.stderr, stdout: process.stdout });
      const found = await verifyDataset(resolve(dir), (done, all) => output.progress("checking", done, all, "files"));
      output.settle();
      const { files, documents, textBytes, greatestDeviation, faults } = found;
      if (output.asJson) output.json(found);
      else {
        output.say(`${files} files, ${documents} documents, ${textBytes} bytes of text`);
        if (greatestDeviation !== undefined)
          output.say(
            `tokens by domain are within ${(100 * greatestDeviation).toPrecision(2)} % of all tokens of their weights`,
          );
      }
      if (faults.length > 0)
        throw new CommandError(`the data set is not what was planned:\n${faults.join("\n")}`, EXIT.failed);
      output.say("the data set is what was planned");
    });
}
