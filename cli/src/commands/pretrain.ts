import { TaskResult } from "@climb/proto/training/v1/training_service";
import { type Command, Option } from "commander";
import { CommandError } from "../errors.js";
import { readMixture } from "../mixture-file.js";
import { addProxyRunOptions, formatOf, type ProxyRunOptions, trainOne } from "../proxy-run.js";
import { SCHEDULES } from "../search-file.js";
import { type GlobalOptions, withSession } from "../session.js";
import { weightsOf } from "./train.js";

interface PretrainOptions extends ProxyRunOptions {
  mixture?: string;
  schedule: keyof typeof SCHEDULES;
  targets?: string[];
}

/** `climb pretrain`: a base for searches of the decay phase's mixture. */
export function addPretrain(program: Command): void {
  addProxyRunOptions(program.command("pretrain"))
    .description("Train a base on a domain set, on the shares of its tokens unless a mixture is given, for proxy.base.")
    .option("--mixture <file>", 'mixture.json of a search, or {"d00": 0.3, …}, instead of the token shares')
    .addOption(
      new Option("--schedule <name>", "constant leaves the decay to those who begin with the base")
        .choices(Object.keys(SCHEDULES))
        .default("constant"),
    )
    .option("--targets <file...>", "target files to evaluate it on")
    .action(async (given: PretrainOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const weights = given.mixture === undefined ? undefined : readMixture(given.mixture);
      if (given.save) formatOf(given.save);
      await withSession(options, async (session) => {
        const { output } = session;
        const run = await trainOne(session, given, {
          targets: given.targets ?? [],
          proxy: { schedule: SCHEDULES[given.schedule] },
          spec: { keepState: true },
          mixture(domains, minimumTokens) {
            const ids = domains.map(({ domainId }) => domainId);
            if (weights) return weightsOf(ids, weights, given.mixture ?? "");
            // What is too small to be trained on has no share.
            const usable = domains.map(({ tokens }) => (tokens >= minimumTokens ? Number(tokens) : 0));
            const total = usable.reduce((sum, tokens) => sum + tokens, 0);
            if (total === 0) throw new CommandError(`no domain has the ${minimumTokens} tokens that this proxy needs`);
            return usable.map((tokens) => tokens / total);
          },
        });
        const { uri = "", sha256 = "", sizeBytes = 0n } = run.weights ?? {};
        const tokens = Number(run.spec?.tokens ?? 0n);
        if (output.asJson) {
          output.json({
            uri,
            sha256,
            sizeBytes: Number(sizeBytes),
            run: run.id,
            proxy: given.proxy,
            parameters: Number(run.parameters),
            tokens,
            seed: given.seed,
            mixture: run.spec?.mixture,
            tasks: run.tasks.map((task) => TaskResult.toJSON(task)),
            loss: run.training?.loss,
            seconds: run.seconds,
          });
          return;
        }
        output.say(`base    ${uri}`);
        output.say(`sha256  ${sha256}`);
        output.say(`run     ${run.id}, which keeps it: ${run.parameters} parameters, ${tokens} tokens`);
        for (const { target, bitsPerByte } of run.tasks) output.say(`target  ${target} ${bitsPerByte.toFixed(4)}`);
        output.say(`In SEARCH.yaml: proxy: {preset: ${given.proxy}, base: "${uri}"}`);
      });
    });
}
