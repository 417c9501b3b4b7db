import { parse, resolve } from "node:path";
import {
  ClusteringServiceDefinition,
  DomainNamer,
  DomainSet,
  DomainSpec,
  type QualityScorer,
} from "@climb/proto/clustering/v1/clustering_service";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import {
  EmbeddingModel,
  EmbeddingServiceDefinition,
  type EmbeddingSet,
  EmbeddingSpec,
} from "@climb/proto/embedding/v1/embedding_service";
import { type Command, InvalidArgumentError } from "commander";
import { addCorpusOptions, type CorpusOptions, corpusFields } from "../corpus-options.js";
import { describeReading } from "../describe-reading.js";
import { CommandError, EXIT } from "../errors.js";
import { integer } from "../integer.js";
import { scorerOf } from "../search-domains.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { domainsWithUploads, modelWithUploads } from "../upload.js";
import { describeSet } from "./domains-show.js";

interface FindOptions extends CorpusOptions {
  clusters?: number;
  count?: number;
  mergeDistance?: number;
  minQuality?: number;
  fasttext?: QualityScorer[];
  annotations?: QualityScorer[];
  label?: Record<string, number>;
  onnx?: string;
  labels?: string;
  vectors?: string[];
  previous?: string;
  namer?: string;
  namerModel?: string;
  namerKey?: string;
  namerExamples?: boolean;
  seed: number;
}

/** `climb domains find`: what a corpus is about, without a search. */
export function addDomainsFind(domains: Command): void {
  const command = domains
    .command("find")
    .argument("<PATH...>", "files, folders or globs of the corpus")
    .description("Find the domains of a corpus, without a search: embed, cluster, prune by quality, merge and name.");
  addCorpusOptions(command)
    .option("--clusters <n>", "clusters that k-means starts with; default by corpus size", integer)
    .option("--count <n>", "domains after merging; default by surviving clusters", integer)
    .option("--merge-distance <d>", "cut the merge tree at this distance instead", number)
    .option("--min-quality <q>", "prune clusters whose mean quality (0 to 5) is below this; default 2.5", number)
    .option(
      "--fasttext <file:threshold>",
      "prune clusters with a lower mean by this fastText classifier too",
      scorers("fasttext"),
    )
    .option(
      "--label <name=value>",
      "value of a label of the fastText classifiers; default: the number at its end",
      label,
    )
    .option(
      "--annotations <file:threshold>",
      "the same by a regression learnt from annotations",
      scorers("annotations"),
    )
    .option("--onnx <folder>", "embed with a Hugging Face folder instead of the lexical model")
    .option("--labels <file>", "domains that are known already: records with id and label, in any format of a corpus")
    .option("--vectors <files...>", "vectors that exist already: .npy in the order of the corpus, or Parquet with ids")
    .option("--previous <domain_set>", "let the domain ids of this finished set go on")
    .option(
      "--namer <address>",
      "ask a language model behind this OpenAI-compatible endpoint for the names of the domains",
    )
    .option("--namer-model <name>", "the model to ask for")
    .option("--namer-key <name>", "name of its API key, which CLIMB_EMBEDDER_KEY_<NAME> holds")
    .option("--namer-examples", "send it the beginnings of typical documents too; otherwise terms alone")
    .option("--seed <n>", "seed of clustering; the vectors of a corpus do not depend on it", integer, 0)
    .action(async (paths: string[], given: FindOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => find(session, paths, given));
    });
}

async function find(session: Session, paths: string[], given: FindOptions): Promise<void> {
  const { connect, output, callerFile, signal } = session;
  const embedding = connect(EmbeddingServiceDefinition);
  const absolute = paths.map((path) => (path.includes("://") ? path : resolve(path)));
  const model = modelOf(given);
  const spec = EmbeddingSpec.fromPartial({
    corpus: { paths: absolute, ...corpusFields(given) },
    model: model && (await modelWithUploads(model, callerFile)),
  });
  const { embeddingSet: created } = await embedding.createEmbeddingSet({ requestId: "", spec }, { signal });
  let set = created as EmbeddingSet;
  for await (const message of embedding.watchEmbeddingSet({ id: set.id, afterSequence: 0n }, { signal })) {
    set = message.embeddingSet ?? set;
    showProgress(session, set.status);
  }
  requireSuccess(session, "embedding", set.status);
  // With --json too: what was lost is no part of the result, and must not go unsaid.
  for (const line of describeReading(set)) output.asJson ? output.wait(line) : output.say(line);

  const { clusters, count, mergeDistance, minQuality, seed } = given;
  const classifiers = (given.fasttext ?? []).map((one) => withLabels(one, given.label ?? {}));
  const scorers = [...classifiers, ...(given.annotations ?? [])];
  const options = { clusters, domains: count, mergeDistance, minQuality, seed, scorers };
  const labels = given.labels === undefined ? undefined : { path: resolve(given.labels) };
  const asked = { labels, previousDomainSetId: given.previous, namer: namerOf(given) };
  const wanted = { ...options, ...asked, embeddings: set.manifest };
  const domains = await domainsWithUploads(DomainSpec.fromPartial(wanted), callerFile);
  const { domainSet } = await connect(ClusteringServiceDefinition).createDomainSet(
    { requestId: "", spec: domains },
    { signal },
  );
  await showWhenFound(session, domainSet as DomainSet);
}

/** @throws CommandError for an endpoint without a model, or what belongs to one without an endpoint */
function namerOf({ namer, namerModel, namerKey, namerExamples }: FindOptions): DomainNamer | undefined {
  if (namer === undefined) {
    if (namerModel ?? namerKey ?? namerExamples) throw new CommandError("--namer-… needs --namer ADDRESS");
    return undefined;
  }
  if (namerModel === undefined) throw new CommandError("--namer needs --namer-model NAME");
  const asked = { address: namer, model: namerModel, apiKey: namerKey, sendExamples: namerExamples };
  return DomainNamer.fromPartial(asked);
}

function modelOf({ onnx, vectors }: FindOptions): EmbeddingModel | undefined {
  if (onnx) return EmbeddingModel.fromPartial({ kind: { $case: "onnx", value: { path: resolve(onnx) } } });
  if (!vectors) return undefined;
  const paths = vectors.map((path) => resolve(path));
  return EmbeddingModel.fromPartial({ kind: { $case: "given", value: { paths } } });
}

/** Waits for a domain set and shows it. @throws CommandError if it does not succeed */
export async function showWhenFound(session: Session, created: DomainSet): Promise<void> {
  const { output } = session;
  const found = await whenFound(session, created);
  if (output.asJson) output.json(DomainSet.toJSON(found));
  else for (const line of describeSet(found)) output.say(line);
}

/** Waits for a domain set. @throws CommandError if it does not succeed */
export async function whenFound(session: Session, created: DomainSet): Promise<DomainSet> {
  const { connect, signal } = session;
  const client = connect(ClusteringServiceDefinition);
  let found = created;
  for await (const message of client.watchDomainSet({ id: found.id, afterSequence: 0n }, { signal })) {
    found = message.domainSet ?? found;
    showProgress(session, found.status);
  }
  requireSuccess(session, "finding domains", found.status);
  return found;
}

/** Shows how far a resource is. */
export function showProgress({ output }: Session, status: JobStatus | undefined): void {
  const { progress } = status ?? {};
  if (progress) output.progress(progress.stage, progress.done, progress.total, progress.unit);
}

/** @throws CommandError if a resource has ended otherwise than well */
export function requireSuccess({ output }: Session, what: string, status: JobStatus | undefined): void {
  output.settle();
  if (status?.state === JobState.JOB_STATE_SUCCEEDED) return;
  throw new CommandError(`${what} did not finish: ${status?.failure?.message || "it was cancelled"}`, EXIT.failed);
}

/** An option FILE:THRESHOLD that may be repeated; the scorer has the name of the file. */
function scorers(kind: "fasttext" | "annotations") {
  return (text: string, before: QualityScorer[] = []): QualityScorer[] => {
    const colon = text.lastIndexOf(":");
    const threshold = Number(text.slice(colon + 1) || Number.NaN);
    if (colon < 1 || !Number.isFinite(threshold)) throw new InvalidArgumentError("expected FILE:THRESHOLD");
    const path = text.slice(0, colon);
    return [...before, scorerOf({ name: parse(path).name, threshold, [kind]: path }, (given) => resolve(given))];
  };
}

/** An option NAME=VALUE that may be repeated. */
function label(text: string, before: Record<string, number> = {}): Record<string, number> {
  const equals = text.lastIndexOf("=");
  const value = Number(text.slice(equals + 1) || Number.NaN);
  if (equals < 1 || !Number.isFinite(value)) throw new InvalidArgumentError("expected NAME=VALUE");
  return { ...before, [text.slice(0, equals)]: value };
}

function withLabels(scorer: QualityScorer, labelValues: Record<string, number>): QualityScorer {
  const { kind } = scorer;
  if (kind?.$case !== "fasttext") return scorer;
  return { ...scorer, kind: { ...kind, value: { ...kind.value, labelValues } } };
}

/** An option that is a number. */
export function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("expected a number");
  return value;
}
