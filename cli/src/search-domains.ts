import { DomainNamer, type DomainSpec, type QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import { z } from "zod";
import { apiKey } from "./search-embedding.js";

const count = z.number().int().nonnegative();

const scorer = z
  .strictObject({
    name: z.string().min(1).describe("short and unique"),
    threshold: z.number().describe("prune clusters whose mean score is below this"),
    fasttext: z.string().optional().describe("a fastText classifier (.bin or .ftz), relative to this file"),
    labels: z
      .record(z.string(), z.number())
      .optional()
      .describe("value of each label of the classifier; default: the number at the label's end"),
    annotations: z
      .string()
      .optional()
      .describe('JSON lines of {"id" or "text", "score"}, relative to this file; a regression learns the scores'),
  })
  .refine(({ fasttext, annotations }) => (fasttext === undefined) !== (annotations === undefined), {
    message: "give either fasttext or annotations",
  });

const tierCount = z.number().int().min(2).max(10);
const namer = z.strictObject({
  address: z.string().describe("base address of an OpenAI-compatible endpoint, for example http://vllm:8000"),
  model: z.string().describe("name of the model to ask for"),
  apiKey,
  sendExamples: z
    .boolean()
    .optional()
    .describe("send it the beginnings of typical documents too; otherwise terms alone leave this machine"),
});

/** How a SEARCH.yaml says how domains are found. */
export const domains = z.strictObject({
  clusters: count.optional().describe("clusters that k-means starts with; default by corpus size"),
  count: count.optional().describe("domains after merging; default by surviving clusters"),
  mergeDistance: z.number().positive().optional().describe("cut the merge tree at this distance instead"),
  restarts: count.optional(),
  maxIterations: count.optional(),
  spherical: z.boolean().optional().describe("compare vectors by their angle"),
  batchRows: count.optional().describe("mini-batch k-means with batches of so many vectors; default: all vectors"),
  minQuality: z.number().min(0).max(5).optional().describe("prune clusters whose mean quality (0 to 5) is below this"),
  labels: z
    .string()
    .optional()
    .describe(
      "domains that are known already: records with id and label in any format of a corpus, relative to this file",
    ),
  previous: z.string().optional().describe("id of a finished domain set whose domain ids go on"),
  namer: namer
    .optional()
    .describe("a language model to ask for the names of the domains; default: their terms make them"),
  scorers: z.array(scorer).optional().describe("further measures of quality; a cluster must pass each"),
  tiers: z
    .union([tierCount, z.strictObject({ count: tierCount, scorer: z.string().optional() })])
    .optional()
    .describe(
      "cut each domain into tiers of quality, by the rules or a scorer; better ones may then be drawn more often",
    ),
});

/** The options of clustering that a checked file stands for. @param absolute makes a path absolute */
export function domainsOf(
  { count, scorers, previous, labels, tiers: _, namer, ...given }: z.infer<typeof domains>,
  absolute: (path: string) => string,
): Partial<DomainSpec> {
  return {
    ...given,
    domains: count,
    previousDomainSetId: previous,
    labels: labels === undefined ? undefined : { path: absolute(labels), file: undefined },
    namer: namer && DomainNamer.fromPartial(namer),
    scorers: scorers?.map((one) => scorerOf(one, absolute)),
  };
}

/** The tiers of quality that a checked file asks for; none, unless given. */
export function tiersOf(given: z.infer<typeof domains> | undefined): { tiers: number; tierScorer: string } {
  const tiers = typeof given?.tiers === "number" ? { count: given.tiers } : given?.tiers;
  return { tiers: tiers?.count ?? 0, tierScorer: tiers?.scorer ?? "" };
}

/** @param absolute makes a path absolute */
export function scorerOf(
  { name, threshold, fasttext, labels, annotations }: z.infer<typeof scorer>,
  absolute: (path: string) => string,
): QualityScorer {
  const kind: QualityScorer["kind"] =
    fasttext === undefined
      ? { $case: "annotations", value: { path: absolute(annotations ?? ""), annotations: undefined } }
      : { $case: "fasttext", value: { path: absolute(fasttext), labelValues: labels ?? {}, model: undefined } };
  return { name, threshold, kind };
}
