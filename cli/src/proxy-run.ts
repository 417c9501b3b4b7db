import { basename, resolve } from "node:path";
import { savePieces } from "@climb/client";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { TargetSource } from "@climb/proto/training/v1/target";
import {
  type DomainTokens,
  type ImportCheckpointResponse,
  ModelFormat,
  type ProxySpec,
  type Run,
  RunSpec,
  type TokenSet,
  TokenSpec,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import type { Client } from "@climb/runtime";
import type { Command } from "commander";
import { CommandError, EXIT } from "./errors.js";
import { faultLines } from "./fault-lines.js";
import { integer } from "./integer.js";
import type { Session } from "./session.js";

type Training = Client<typeof TrainingServiceDefinition>;

/** What every command that trains one proxy is told. */
export interface ProxyRunOptions {
  domains: string;
  proxy: string;
  tokens: number;
  seed: number;
  tokenSeed: number;
  tokenizer?: string;
  allowLossyTokenizer?: boolean;
  from?: string;
  save?: string;
}

/** What a command asks for beside its options. */
export interface ProxyRunRequest {
  /** Target files. */
  targets: readonly string[];
  /** Weights in the order of the domains. @param minimumTokens that a domain needs to be trained on */
  mixture(domains: readonly DomainTokens[], minimumTokens: bigint): number[];
  /** What differs from the preset. */
  proxy?: Partial<ProxySpec>;
  /** What else the run is told. */
  spec?: Partial<RunSpec>;
}

/** The options that {@link trainOne} reads. */
export function addProxyRunOptions(command: Command): Command {
  return command
    .requiredOption("--domains <id>", "a finished domain set (search get --json shows it as domainSetId)")
    .option("--proxy <preset>", "nano, tiny, small, medium, large, climb-62m, climb-132m or climb-350m", "tiny")
    .option("--tokens <n>", "tokens to train on; 0 means the preset's", integer, 0)
    .option("--seed <n>", "seed of initialisation and data order", integer, 1)
    .option("--token-seed <n>", "seed of the tokenizer's sample; a search uses its own seed", integer, 1)
    .option("--tokenizer <file>", "a Hugging Face tokenizer.json instead of one trained on the domains")
    .option("--allow-lossy-tokenizer", "take a tokenizer that gives different texts the same tokens, with a warning")
    .option(
      "--from <checkpoint>",
      "begin with the weights of a safetensors file, or of a finished run by its id or URI",
    )
    .option("--save <file>", "save the trained weights: .safetensors, or .onnx for an inference model");
}

/** Trains one proxy on a domain set, and saves its weights if that is wanted. @throws CommandError */
export async function trainOne(session: Session, given: ProxyRunOptions, request: ProxyRunRequest): Promise<Run> {
  const { output, signal } = session;
  const format = given.save && formatOf(given.save);
  const training = session.connect(TrainingServiceDefinition);
  const { domainSet } = await session
    .connect(ClusteringServiceDefinition)
    .getDomainSet({ id: given.domains }, { signal });
  if (!domainSet?.manifest) throw new CommandError(`domain set ${given.domains} is not finished`);

  const sources = await Promise.all(
    request.targets.map(async (path) =>
      TargetSource.fromPartial({ name: nameOf(path), paths: [await session.callerFile(resolve(path))] }),
    ),
  );
  const { targets } = await training.importTargets({ sources }, { signal, timeoutMs: 120_000 });
  const base = given.from === undefined ? undefined : await baseOf(session, training, given.from);
  const asked = {
    ...request.spec,
    base: base?.checkpoint,
    proxy: { ...request.proxy, preset: given.proxy },
    tokens: BigInt(given.tokens),
    seed: given.seed,
  };
  const checked = await training.validateRun({ spec: RunSpec.fromPartial(asked) }, { signal });
  if (checked.faults.length > 0) throw new CommandError(faultLines(checked.faults));

  const spec = TokenSpec.fromPartial({
    domains: domainSet.manifest,
    vocabulary: checked.vocabulary,
    seed: given.tokenSeed,
    ...(await tokenizerOf(session, training, given, base)),
  });
  const { tokenSet: created } = await training.createTokenSet({ requestId: "", spec }, { signal });
  let tokenSet: TokenSet | undefined;
  for await (const message of training.watchTokenSet({ id: created?.id ?? "", afterSequence: 0n }, { signal })) {
    tokenSet = message.tokenSet;
    const progress = tokenSet?.status?.progress;
    if (progress) output.progress(progress.stage, progress.done, progress.total, progress.unit);
  }
  requireSuccess("tokenising", tokenSet?.status);

  const mixture = request.mixture(tokenSet?.domains ?? [], checked.minimumDomainTokens);
  const runSpec = RunSpec.fromPartial({ ...asked, tokenSetId: tokenSet?.id, mixture });
  let { run } = await training.createRun({ requestId: "", spec: runSpec, targets }, { signal });
  const id = run?.id ?? "";
  for await (const message of training.watchRun({ id, afterSequence: 0n }, { signal })) {
    run = message.run;
    if (run?.training)
      output.progress("training", Number(run.training.tokens), Number(run.spec?.tokens ?? 0n), "tokens");
  }
  output.settle();
  requireSuccess("the run", run?.status);
  if (given.save && format) await savePieces(training.downloadRun({ id, format }, { signal }), given.save);
  return run as Run;
}

/** The tokenizer that is given, or the base's. @throws CommandError where both are there and differ */
async function tokenizerOf(
  { callerFile, output, signal }: Session,
  training: Training,
  { tokenizer: file, allowLossyTokenizer: allowLossy = false }: ProxyRunOptions,
  base: ImportCheckpointResponse | undefined,
): Promise<Pick<TokenSpec, "tokenizer" | "endOfText"> | undefined> {
  const own = base?.tokenizer && { tokenizer: base.tokenizer, endOfText: base.endOfText };
  if (file === undefined) return own;
  const path = await callerFile(resolve(file));
  const { tokenizer, warnings } = await training.importTokenizer({ path, endOfText: "", allowLossy }, { signal });
  for (const warning of warnings) output.wait(warning);
  if (own && own.tokenizer.sha256 !== tokenizer?.sha256) {
    throw new CommandError(`--tokenizer ${file} is ${tokenizer?.sha256}; expected ${own.tokenizer.sha256}, the base's`);
  }
  return own ?? { tokenizer, endOfText: "" };
}

/** Weights by the id of the run that made them, by file or by URI, with what they say of themselves. */
async function baseOf({ callerFile, signal }: Session, training: Training, from: string) {
  const imported = (path: string) => training.importCheckpoint({ path }, { signal, timeoutMs: 600_000 });
  if (from.includes("://")) return imported(from);
  if (!/^[0-9a-f]{32}$/.test(from)) return imported(await callerFile(resolve(from)));
  const { run } = await training.getRun({ id: from }, { signal });
  if (!run?.weights) throw new CommandError(`run ${from} has no weights yet; expected a finished run`);
  return imported(run.weights.uri);
}

/** @throws CommandError on a file name that names no format */
export function formatOf(file: string): ModelFormat {
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
