import { basename, resolve } from "node:path";
import { savePieces } from "@climb/client";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { TargetSource } from "@climb/proto/training/v1/target";
import {
  ModelFormat,
  RunSpec,
  TaskResult,
  type TokenSet,
  TokenSpec,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import type { Client } from "@climb/runtime";
import type { Command } from "commander";
import { CommandError, EXIT } from "../errors.js";
import { faultLines } from "../fault-lines.js";
import { integer } from "../integer.js";
import { readMixture } from "../mixture-file.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

interface TrainOptions {
  domains: string;
  mixture: string;
  proxy: string;
  tokens: number;
  seed: number;
  tokenSeed: number;
  tokenizer?: string;
  allowLossyTokenizer?: boolean;
  from?: string;
  save?: string;
  targets: string[];
}

/** `climb train`: one proxy run at a mixture. */
export function addTrain(program: Command): void {
  program
    .command("train")
    .description("Train one proxy on a given mixture of a domain set and print its metrics as JSON.")
    .requiredOption("--domains <id>", "a finished domain set (search get --json shows it as domainSetId)")
    .requiredOption("--mixture <file>", 'mixture.json of a search, or {"d00": 0.3, …}')
    .option("--proxy <preset>", "nano, tiny, small, medium, large, climb-62m, climb-132m or climb-350m", "tiny")
    .option("--tokens <n>", "tokens to train on; 0 means the preset's", integer, 0)
    .option("--seed <n>", "seed of initialisation and data order", integer, 1)
    .option("--token-seed <n>", "seed of the tokenizer's sample; a search uses its own seed", integer, 1)
    .option("--tokenizer <file>", "a Hugging Face tokenizer.json instead of one trained on the domains")
    .option("--allow-lossy-tokenizer", "take a tokenizer that gives different texts the same tokens, with a warning")
    .option("--from <checkpoint>", "begin with the weights of a safetensors file, or of a finished run by its id")
    .option("--save <file>", "save the trained weights: .safetensors, or .onnx for an inference model")
    .requiredOption("--targets <file...>", "target files")
    .action(async (given: TrainOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const weights = readMixture(given.mixture);
      if (given.save) formatOf(given.save);
      await withSession(options, (session) => train(session, given, weights));
    });
}

async function train(session: Session, given: TrainOptions, weights: Map<string, number>): Promise<void> {
  const { output, signal } = session;
  const training = session.connect(TrainingServiceDefinition);
  const { domainSet } = await session
    .connect(ClusteringServiceDefinition)
    .getDomainSet({ id: given.domains }, { signal });
  if (!domainSet?.manifest) throw new CommandError(`domain set ${given.domains} is not finished`);

  const sources = await Promise.all(
    given.targets.map(async (path) =>
      TargetSource.fromPartial({ name: nameOf(path), paths: [await session.callerFile(resolve(path))] }),
    ),
  );
  const { targets } = await training.importTargets({ sources }, { signal, timeoutMs: 120_000 });
  const asked = { proxy: { preset: given.proxy }, tokens: BigInt(given.tokens), seed: given.seed };
  const checked = await training.validateRun({ spec: RunSpec.fromPartial(asked) }, { signal });
  if (checked.faults.length > 0) throw new CommandError(faultLines(checked.faults));

  const tokenizer =
    given.tokenizer === undefined
      ? undefined
      : await importedTokenizer(session, training, given.tokenizer, given.allowLossyTokenizer);
  const spec = TokenSpec.fromPartial({
    domains: domainSet.manifest,
    vocabulary: checked.vocabulary,
    tokenizer,
    seed: given.tokenSeed,
  });
  const { tokenSet: created } = await training.createTokenSet({ requestId: "", spec }, { signal });
  let tokenSet: TokenSet | undefined;
  for await (const message of training.watchTokenSet({ id: created?.id ?? "", afterSequence: 0n }, { signal })) {
    tokenSet = message.tokenSet;
    const progress = tokenSet?.status?.progress;
    if (progress) output.progress(progress.stage, progress.done, progress.total, progress.unit);
  }
  requireSuccess("tokenising", tokenSet?.status);

  const mixture = (tokenSet?.domains ?? []).map(({ domainId }) => weights.get(domainId) ?? 0);
  const known = new Set(tokenSet?.domains.map(({ domainId }) => domainId));
  const strangers = [...weights.keys()].filter((id) => !known.has(id));
  if (strangers.length > 0)
    throw new CommandError(`${given.mixture}: the domain set has no domain ${strangers.join(", ")}`);
  const base = given.from === undefined ? undefined : await baseOf(session, training, given.from);
  const runSpec = RunSpec.fromPartial({ ...asked, tokenSetId: tokenSet?.id, mixture, base });
  let { run } = await training.createRun({ requestId: "", spec: runSpec, targets }, { signal });
  const id = run?.id ?? "";
  for await (const message of training.watchRun({ id, afterSequence: 0n }, { signal })) {
    run = message.run;
    if (run?.training)
      output.progress("training", Number(run.training.tokens), Number(run.spec?.tokens ?? 0n), "tokens");
  }
  output.settle();
  requireSuccess("the run", run?.status);
  if (given.save) await savePieces(training.downloadRun({ id, format: formatOf(given.save) }, { signal }), given.save);
  output.json({
    id,
    proxy: given.proxy,
    parameters: Number(run?.parameters ?? 0n),
    tokens: Number(run?.spec?.tokens ?? 0n),
    seed: given.seed,
    mixture,
    tasks: run?.tasks.map((task) => TaskResult.toJSON(task)),
    epochs: run?.epochs,
    loss: run?.training?.loss,
    seconds: run?.seconds,
    weightsSha256: run?.weights?.sha256,
  });
}

async function importedTokenizer(
  { callerFile, output, signal }: Session,
  training: Client<typeof TrainingServiceDefinition>,
  file: string,
  allowLossy = false,
) {
  const path = await callerFile(resolve(file));
  const { tokenizer, warnings } = await training.importTokenizer({ path, endOfText: "", allowLossy }, { signal });
  for (const warning of warnings) output.wait(warning);
  return tokenizer;
}

/** Weights by the id of the run that made them, or by file. */
async function baseOf(
  { callerFile, signal }: Session,
  training: Client<typeof TrainingServiceDefinition>,
  from: string,
) {
  if (!/^[0-9a-f]{32}$/.test(from)) {
    return (await training.importCheckpoint({ path: await callerFile(resolve(from)) }, { signal })).checkpoint;
  }
  const { run } = await training.getRun({ id: from }, { signal });
  if (!run?.weights) throw new CommandError(`run ${from} has no weights yet; expected a finished run`);
  return run.weights;
}

/** @throws CommandError on a file name that names no format */
function formatOf(file: string): ModelFormat {
  if (file.endsWith(".safetensors")) return ModelFormat.MODEL_FORMAT_SAFETENSORS;
  if (file.endsWith(".onnx")) return ModelFormat.MODEL_FORMAT_ONNX;
  throw new CommandError(`--save ${file}: expected a name that ends in .safetensors or .onnx`);
}

function requireSuccess(what: string, status: JobStatus | undefined): void {
  if (status?.state === JobState.JOB_STATE_SUCCEEDED) return;
  throw new CommandError(`${what} did not finish: ${status?.failure?.message || "it was cancelled"}`, EXIT.failed);
}

function nameOf(path: string): string {
  return (
    basename(path)
      .split(".")[0]
      ?.replace(/[^A-Za-z0-9_-]/g, "-") || "target"
  );
}
