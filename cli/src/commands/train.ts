import { TaskResult } from "@climb/proto/training/v1/training_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { readMixture } from "../mixture-file.js";
import { addProxyRunOptions, formatOf, type ProxyRunOptions, trainOne } from "../proxy-run.js";
import { type GlobalOptions, withSession } from "../session.js";

interface TrainOptions extends ProxyRunOptions {
  mixture: string;
  targets: string[];
}

/** `climb train`: one proxy run at a mixture. */
export function addTrain(program: Command): void {
  addProxyRunOptions(program.command("train"))
    .description("Train one proxy on a given mixture of a domain set and print its metrics as JSON.")
    .requiredOption("--mixture <file>", 'mixture.json of a search, or {"d00": 0.3, …}')
    .requiredOption("--targets <file...>", "target files")
    .action(async (given: TrainOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const weights = readMixture(given.mixture);
      if (given.save) formatOf(given.save);
      await withSession(options, async (session) => {
        const run = await trainOne(session, given, {
          targets: given.targets,
          mixture: (domains) =>
            weightsOf(
              domains.map(({ domainId }) => domainId),
              weights,
              given.mixture,
            ),
        });
        session.output.json({
          id: run.id,
          proxy: given.proxy,
          parameters: Number(run.parameters),
          tokens: Number(run.spec?.tokens ?? 0n),
          seed: given.seed,
          mixture: run.spec?.mixture,
          tasks: run.tasks.map((task) => TaskResult.toJSON(task)),
          epochs: run.epochs,
          loss: run.training?.loss,
          seconds: run.seconds,
          weightsSha256: run.weights?.sha256,
        });
      });
    });
}

/** Weights in the order of the domains. @throws CommandError for weights of domains that the set does not have */
export function weightsOf(domains: readonly string[], weights: ReadonlyMap<string, number>, file: string): number[] {
  const strangers = [...weights.keys()].filter((id) => !domains.includes(id));
  if (strangers.length > 0) throw new CommandError(`${file}: the domain set has no domain ${strangers.join(", ")}`);
  return domains.map((id) => weights.get(id) ?? 0);
}
