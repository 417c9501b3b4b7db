import { dirname } from "node:path";
import { Command } from "commander";
import { CATALOG } from "./catalog.js";
import { EXIT } from "./errors.js";

/** Words that shells ask for completions by: these need every command with its options. */
const COMPLETION = "complete";

/**
 * The command line, with the code of those commands that are named in it: reading all of it takes a second or more.
 * @param words what follows `climb`
 */
export async function createProgram(words: readonly string[]): Promise<Command> {
  const completes = words.includes(COMPLETION);
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
    .hook("preAction", async (_, command) => {
      // Hours of work must not end at a place where nothing can be written.
      const { out, save } = command.opts<{ out?: string; save?: string }>();
      if (out === undefined && save === undefined) return;
      const { expectUsableFolder } = await import("@climb/runtime");
      if (out !== undefined) expectUsableFolder("the folder", out, "give another --out");
      if (save !== undefined) expectUsableFolder("the folder", dirname(save), "give another --save");
    });
  for (const { name, description, load } of CATALOG) {
    if (completes || words.includes(name)) (await load())(program);
    else program.command(name).description(description);
  }
  if (completes) (await import("@bomb.sh/tab/commander")).default(program);
  else program.command(COMPLETION).description("Generate shell completion scripts");
  return program;
}
