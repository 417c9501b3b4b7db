import { readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { CorpusFormat } from "@climb/proto/common/v1/corpus";
import { SearchSpec, Strategy } from "@climb/proto/search/v1/search_service";
import { Scoring, TargetKind } from "@climb/proto/training/v1/target";
import { Schedule } from "@climb/proto/training/v1/training_service";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { CommandError } from "./errors.js";
import { embedding, modelOf } from "./search-embedding.js";

const count = z.number().int().nonnegative();
const weight = z.number().min(0).max(1);
const paths = z
  .union([z.string(), z.array(z.string()).min(1)])
  .describe("files, directories or globs, relative to this file");

const corpus = z.strictObject({
  paths,
  format: z.enum(["auto", "jsonl", "parquet", "files"]).default("auto").describe("how to read them"),
  textField: z.string().optional().describe('field or column of the text; default "text"'),
  idField: z.string().optional().describe('field or column of the document id; default "id"'),
  maxBadShare: weight.optional().describe("share of bad records above which the job fails; default 0.05"),
  maxDocuments: count.optional().describe("read at most this many documents, spread over the files; 0 = all"),
});

const target = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i)
    .describe("short and unique"),
  paths,
  weight: z.number().positive().default(1).describe("weight in the objective"),
  kind: z.enum(["auto", "text", "multiple-choice", "question-answer"]).default("auto"),
  group: z.string().optional().describe("keep only this group, for example an MMLU subject or stem"),
  maxBytes: count.optional().describe("evaluate about this many bytes of items; default 100000"),
  allItems: z.boolean().default(false).describe("evaluate every item"),
  scoring: z.enum(["full", "answer"]).default("full").describe("score question and answer, or the answer alone"),
});

const proxy = z.strictObject({
  preset: z.enum(["nano", "tiny", "small", "medium", "large"]).default("tiny"),
  width: count.optional(),
  layers: count.optional(),
  heads: count.optional(),
  context: count.optional(),
  batch: count.optional(),
  learningRate: z.number().positive().optional(),
  tied: z.boolean().optional(),
  warmupSteps: count.optional(),
  schedule: z.enum(["cosine", "wsd"]).optional(),
});

const domains = z.strictObject({
  clusters: count.optional().describe("clusters that k-means starts with; default by corpus size"),
  count: count.optional().describe("domains after merging; default by surviving clusters"),
  mergeDistance: z.number().positive().optional().describe("cut the merge tree at this distance instead"),
  restarts: count.optional(),
  maxIterations: count.optional(),
  minQuality: z.number().min(0).max(5).optional().describe("prune clusters whose mean quality (0 to 5) is below this"),
});

const budget = z.strictObject({
  rounds: z
    .array(count)
    .optional()
    .describe("mixtures trained in each round; default by strategy, [12, 8, 4] for climb"),
  tokensPerRun: count.optional().describe("tokens of each proxy run; default by preset"),
  confirmationSeeds: count.optional().describe("fresh seeds for each confirmed mixture and baseline; default 3"),
  confirmedMixtures: count.optional().describe("mixtures confirmed beside the baselines; default 2"),
});

const constraints = z.strictObject({
  maxRepetition: z.number().positive().optional().describe("repeat a domain at most this often; default 4"),
  targetTokens: count.optional().describe("tokens of the target run; default: as many as the corpus has"),
  bounds: z
    .array(z.strictObject({ domain: z.string(), lower: weight.default(0), upper: weight.optional() }))
    .optional()
    .describe("bounds for single domains"),
  klStrength: z.number().nonnegative().optional().describe("penalty for leaving the token shares"),
});

const dataset = z.strictObject({
  tokens: count.optional().describe("tokens to write; default: as many as weights and repetition allow"),
  shardBytes: count.optional().describe("bytes of text a file; default 64 MiB"),
});

/** A search as a user writes it: SEARCH.yaml. */
export const searchFile = z
  .strictObject({
    name: z.string().default("").describe("for people"),
    corpus: z
      .union([z.string(), z.array(z.string()).min(1), corpus])
      .optional()
      .describe("the corpus: paths, or paths with options"),
    domainSet: z.string().optional().describe("id of a finished domain set, instead of a corpus"),
    embedding: embedding.optional(),
    domains: domains.optional().describe("options of clustering"),
    targets: z.array(target).min(1).describe("what the model should be good at"),
    proxy: z.union([proxy.shape.preset.unwrap(), proxy]).default("tiny").describe("a preset, or a preset with changes"),
    vocabulary: count.optional().describe("entries of the BPE vocabulary; default by preset"),
    budget: budget.optional(),
    constraints: constraints.optional(),
    strategy: z.enum(["climb", "climb-paper", "regmix", "random", "proportional", "uniform"]).default("climb"),
    seed: count.default(1).describe("seed of everything"),
    dataset: z.union([z.boolean(), dataset]).default(true).describe("write the mixed data set"),
    matchRepetition: z.boolean().optional().describe("let proxies repeat domains as often as the target run would"),
  })
  .refine(({ corpus, domainSet }) => (corpus === undefined) !== (domainSet === undefined), {
    path: ["corpus"],
    message: "give either a corpus or a domainSet",
  });

export type SearchFile = z.infer<typeof searchFile>;

/**
 * Reads and checks a SEARCH.yaml.
 * @throws CommandError with every fault, each with its line and field
 */
export function readSearchFile(path: string): SearchSpec {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(
      `${path}: cannot be read (${(error as Error).message}); expected a YAML file that describes a search`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new CommandError(
      document.errors.map((error) => `${path}:${lines.linePos(error.pos[0]).line}: ${error.message}`).join("\n"),
    );
  }
  const parsed = searchFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) => {
      const keys = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      return keys.map((key) => {
        const node =
          document.getIn(key as (string | number)[], true) ?? document.getIn(issue.path.slice(0, -1) as never, true);
        const range = (node as { range?: [number, number, number] } | undefined)?.range;
        const line = range ? lines.linePos(range[0]).line : 1;
        const message = issue.code === "unrecognized_keys" ? "this field is unknown" : issue.message;
        return `${path}:${line}: ${key.join(".") || "the file"}: ${message}`;
      });
    });
    throw new CommandError(faults.join("\n"));
  }
  return specOf(parsed.data, dirname(resolve(path)));
}

const FORMATS = {
  auto: CorpusFormat.CORPUS_FORMAT_UNSPECIFIED,
  jsonl: CorpusFormat.CORPUS_FORMAT_JSONL,
  parquet: CorpusFormat.CORPUS_FORMAT_PARQUET,
  files: CorpusFormat.CORPUS_FORMAT_FILES,
};

const KINDS = {
  auto: TargetKind.TARGET_KIND_UNSPECIFIED,
  text: TargetKind.TARGET_KIND_TEXT,
  "multiple-choice": TargetKind.TARGET_KIND_MULTIPLE_CHOICE,
  "question-answer": TargetKind.TARGET_KIND_QUESTION_ANSWER,
};

const STRATEGIES = {
  climb: Strategy.STRATEGY_CLIMB,
  "climb-paper": Strategy.STRATEGY_CLIMB_PAPER,
  regmix: Strategy.STRATEGY_REGMIX,
  random: Strategy.STRATEGY_RANDOM,
  proportional: Strategy.STRATEGY_PROPORTIONAL,
  uniform: Strategy.STRATEGY_UNIFORM,
};

/** The request that a checked file stands for; relative paths start at `base`. */
export function specOf(file: SearchFile, base: string): SearchSpec {
  const absolute = (given: string | string[]) =>
    [given].flat().map((path) => (isAbsolute(path) || path.includes("://") ? path : resolve(base, path)));
  const source =
    typeof file.corpus === "string" || Array.isArray(file.corpus) ? corpus.parse({ paths: file.corpus }) : file.corpus;
  const model = file.embedding;
  const proxySpec = typeof file.proxy === "string" ? proxy.parse({ preset: file.proxy }) : file.proxy;
  return SearchSpec.fromPartial({
    name: file.name,
    input: source
      ? {
          $case: "corpus",
          value: {
            source: {
              paths: absolute(source.paths),
              format: FORMATS[source.format],
              textField: source.textField,
              idField: source.idField,
              maxBadShare: source.maxBadShare,
              maxDocuments: BigInt(source.maxDocuments ?? 0),
            },
            model: model && modelOf(model, (path) => absolute(path)[0] ?? path),
            domains: file.domains && { ...file.domains, domains: file.domains.count },
          },
        }
      : { $case: "domainSetId", value: file.domainSet ?? "" },
    targets: file.targets.map((target) => ({
      ...target,
      paths: absolute(target.paths),
      kind: KINDS[target.kind],
      maxBytes: BigInt(target.maxBytes ?? 0),
      scoring: target.scoring === "answer" ? Scoring.SCORING_ANSWER : Scoring.SCORING_FULL,
    })),
    proxy: {
      ...proxySpec,
      schedule:
        proxySpec.schedule === undefined
          ? Schedule.SCHEDULE_UNSPECIFIED
          : proxySpec.schedule === "wsd"
            ? Schedule.SCHEDULE_WSD
            : Schedule.SCHEDULE_COSINE,
    },
    vocabulary: file.vocabulary,
    budget: file.budget && { ...file.budget, tokensPerRun: BigInt(file.budget.tokensPerRun ?? 0) },
    constraints: file.constraints && {
      ...file.constraints,
      targetTokens: BigInt(file.constraints.targetTokens ?? 0),
      bounds: file.constraints.bounds?.map(({ domain, ...bound }) => ({ domainId: domain, ...bound })),
    },
    strategy: STRATEGIES[file.strategy],
    seed: file.seed,
    dataset: datasetOptions(file.dataset),
    matchRepetition: file.matchRepetition,
  });
}

function datasetOptions(given: SearchFile["dataset"]) {
  if (given === false) return undefined;
  const { tokens, shardBytes } = given === true ? { tokens: 0, shardBytes: 0 } : given;
  return { tokens: BigInt(tokens ?? 0), shardBytes: BigInt(shardBytes ?? 0), byDomain: false };
}
