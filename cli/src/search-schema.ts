import { z } from "zod";
import { domains } from "./search-domains.js";
import { embedding } from "./search-embedding.js";
import { STRATEGY_NAMES } from "./strategies.js";

const count = z.number().int().nonnegative();
const weight = z.number().min(0).max(1);
const paths = z
  .union([z.string(), z.array(z.string()).min(1)])
  .describe("files, directories or globs, relative to this file");

export const corpus = z.strictObject({
  paths,
  format: z
    .enum(["auto", "jsonl", "csv", "parquet", "arrow", "tar", "files"])
    .default("auto")
    .describe("how to read them; auto goes by what is in each file"),
  textField: z
    .string()
    .optional()
    .describe('field or column of the text; default "text", else what the first records clearly show'),
  idField: z.string().optional().describe('field or column of the document id; default "id"'),
  maxBadShare: weight.optional().describe("share of bad records above which the job fails; default 0.01"),
  skipBrokenFiles: z
    .boolean()
    .optional()
    .describe("go on without files that are cut off, pointers of git-LFS, or cannot be read"),
  carry: z
    .array(z.string().min(1))
    .optional()
    .describe('fields to keep beside the text and write into data sets; "*" for all of them as JSON'),
  maxDocuments: count.optional().describe("read at most this many documents, spread over the files; 0 = all"),
});

const target = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i)
    .describe("short and unique"),
  paths,
  weight: z.number().positive().default(1).describe("weight in the objective"),
  role: z
    .enum(["objective", "guardrail"])
    .default("objective")
    .describe("a guardrail earns nothing and must not get worse than maxRegression allows"),
  maxRegression: z
    .number()
    .nonnegative()
    .optional()
    .describe("bits per byte by which a guardrail may be worse than under the token shares; default 0"),
  kind: z.enum(["auto", "text", "multiple-choice", "question-answer"]).default("auto"),
  group: z.string().optional().describe("keep only this group, for example an MMLU subject or stem"),
  maxBytes: count.optional().describe("evaluate about this many bytes of items; default 100000"),
  allItems: z.boolean().default(false).describe("evaluate every item"),
  scoring: z.enum(["full", "answer"]).default("full").describe("score question and answer, or the answer alone"),
});

export const proxyBase = z.strictObject({
  path: z
    .string()
    .describe("a safetensors file, relative to this file, or the climb:// URI that climb pretrain printed"),
  freshMoments: z.boolean().optional().describe("begin with moments of zero; default: go on with the base's"),
});

export const proxy = z.strictObject({
  preset: z
    .enum(["nano", "tiny", "small", "medium", "large", "climb-62m", "climb-132m", "climb-350m"])
    .default("tiny")
    .describe("nano to large for CPUs; climb-… as the paper's proxies, for GPUs"),
  width: count.optional(),
  layers: count.optional(),
  heads: count.optional(),
  context: count.optional(),
  batch: count.optional(),
  learningRate: z.number().positive().optional(),
  tied: z.boolean().optional(),
  warmupSteps: count.optional(),
  schedule: z
    .enum(["cosine", "wsd", "constant", "decay"])
    .optional()
    .describe("constant and decay are the two parts of wsd, each for a run of its own; default with a base: decay"),
  activation: z.enum(["squared-relu", "swiglu"]).optional(),
  microBatches: count.optional().describe("parts that a batch is worked through in: less memory, the same mathematics"),
  averageDecay: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("evaluate weights averaged over about 1 / (1 - this) steps; default 0, the last weights"),
  base: z
    .union([z.string(), proxyBase])
    .optional()
    .describe("a pre-trained model that every run begins with, see climb pretrain; its tokenizer is used"),
});

const budget = z
  .strictObject({
    rounds: z
      .union([z.literal("auto"), z.array(count)])
      .optional()
      .describe(
        "mixtures trained in each round; default by strategy, [12, 8, 4] for climb; auto: until more are not worth it; []: the answer without any",
      ),
    runs: count
      .optional()
      .describe("proxy runs in all, confirmation included; without rounds, as many as that pays for"),
    tokens: count.optional().describe("tokens trained on in all, confirmation included"),
    seconds: z.number().positive().optional().describe("seconds of training in all, one run after the other"),
    bytes: count.optional().describe("bytes of the weights that runs keep in all, confirmation included"),
    money: z.number().positive().optional().describe("what training may cost in all, at pricePerHour"),
    pricePerHour: z.number().positive().optional().describe("what an hour of one trainer costs, in the unit of money"),
    tokensPerRun: count.optional().describe("tokens of each proxy run; default by preset"),
    confirmationSeeds: count.optional().describe("fresh seeds for each confirmed mixture and baseline; default 3"),
    confirmedMixtures: count.optional().describe("mixtures confirmed beside the baselines; default 2"),
    stopEarly: z.boolean().optional().describe("skip rounds that promise less than the noise; default false"),
  })
  .refine(({ money, pricePerHour }) => (money === undefined) === (pricePerHour === undefined), {
    path: ["money"],
    message: "money and pricePerHour go together",
  });

const constraints = z.strictObject({
  maxRepetition: z.number().positive().optional().describe("repeat a domain at most this often; default 4"),
  targetTokens: count.optional().describe("tokens of the target run; default: as many as the corpus has"),
  bounds: z
    .array(z.strictObject({ domain: z.string(), lower: weight.default(0), upper: weight.optional() }))
    .optional()
    .describe("bounds for single domains"),
  klStrength: z.number().nonnegative().optional().describe("penalty for leaving the token shares"),
  fixedGroups: z
    .array(z.record(z.string(), z.number().positive()))
    .optional()
    .describe("domains whose ratios to each other are kept, as {d01: 0.2, d04: 0.1}"),
});

const earlier = z.strictObject({
  search: z.string().min(1).describe("its id"),
  freeRatios: z.boolean().default(false).describe("search the ratios of domains that stayed anew, too"),
});

const dataset = z.strictObject({
  tokens: count.optional().describe("tokens to write; default: as many as weights and repetition allow"),
  shardBytes: count.optional().describe("bytes of text a file; default 64 MiB"),
  byDomain: z.boolean().optional().describe("write the whole filtered corpus split by domain too"),
});

export const tokenizer = z.strictObject({
  path: z.string().describe("a tokenizer.json or a folder that has one, relative to this file"),
  endOfText: z.string().optional().describe("content of the token that ends a document; default: a well-known one"),
  allowLossy: z
    .boolean()
    .optional()
    .describe("take one that gives different texts the same tokens (lower-casing, unknown tokens), with a warning"),
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
    from: z
      .union([z.string().min(1), earlier])
      .optional()
      .describe(
        "id of a finished search over other domains (data came or went, or they were cut anew): its runs count as far as they can, and ratios of domains that stayed are kept",
      ),
    priority: z
      .enum(["low", "normal", "high"])
      .default("normal")
      .describe("how much of the trainers it gets while other searches wait: 1, 3 or 9 parts"),
    embedding: embedding.optional(),
    domains: domains.optional().describe("options of clustering"),
    targets: z.array(target).min(1).describe("what the model should be good at"),
    proxy: z.union([proxy.shape.preset.unwrap(), proxy]).default("tiny").describe("a preset, or a preset with changes"),
    decayShare: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe("search a mixture of its own for this last share of the run, where the learning rate decays"),
    smallerProxies: z
      .array(z.union([proxy.shape.preset.unwrap(), proxy.omit({ base: true })]))
      .max(2)
      .optional()
      .describe("smaller proxies by which mixtures are explored too, for the same cost; the answer is for proxy"),
    trainer: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/)
      .optional()
      .describe("a trainer outside Climb that takes the runs over LeaseRun; default Climb's own"),
    tokenizer: z
      .union([z.string(), tokenizer])
      .optional()
      .describe("a Hugging Face tokenizer.json to use instead of training one"),
    vocabulary: count.optional().describe("entries of the BPE vocabulary; default by preset"),
    budget: budget.optional(),
    constraints: constraints.optional(),
    strategy: z
      .enum(STRATEGY_NAMES, {
        error: ({ input, code, values }) =>
          code === "invalid_value"
            ? `there is no strategy ${JSON.stringify(input)}; expected one of ${values.join(", ")}`
            : undefined,
      })
      .default("climb"),
    combination: z
      .enum(["weighted-mean", "worst-case"])
      .default("weighted-mean")
      .describe("how several targets become one number: their mean by weight, or the one that gains least"),
    decontaminate: z
      .boolean()
      .optional()
      .describe(
        "leave documents that have 13 tokens in common with an evaluated item of a target out of training and data set",
      ),
    baselines: z
      .array(z.strictObject({ name: z.string().min(1), weights: z.record(z.string(), weight) }))
      .optional()
      .describe("your own mixtures to compare with, by domain id; they need a domainSet"),
    seed: count.default(1).describe("seed of everything but the vectors of the corpus"),
    dataset: z.union([z.boolean(), dataset]).default(true).describe("write the mixed data set"),
    warmStart: z
      .strictObject({
        mixtures: z.string().describe("CSV: a key column (index, run, name or id) and a weight for each domain id"),
        results: z.string().describe("CSV: the same key column and bits per byte for each target"),
      })
      .optional()
      .describe("results known before, of the same domainSet; the first round is then chosen with a predictor"),
    matchRepetition: z.boolean().optional().describe("let proxies repeat domains as often as the target run would"),
  })
  .refine(({ corpus, domainSet }) => (corpus === undefined) !== (domainSet === undefined), {
    path: ["corpus"],
    message: "give either a corpus or a domainSet",
  })
  .refine(({ baselines, domainSet }) => baselines === undefined || domainSet !== undefined, {
    path: ["baselines"],
    message: "your own mixtures need a domainSet: the domains of a corpus have no ids yet",
  })
  .refine(({ warmStart, domainSet }) => warmStart === undefined || domainSet !== undefined, {
    path: ["warmStart"],
    message: "results known before need a domainSet: the domains of a corpus have no ids yet",
  });

export type SearchFile = z.infer<typeof searchFile>;
