import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusteringServiceDefinition, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import {
  Budget,
  DomainChange,
  RunRole,
  type Search,
  type SearchServiceDefinition,
  SearchSpec,
} from "@climb/proto/search/v1/search_service";
import type { Run } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import type { Suite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";
import { type SimulatedSuite, startSimulatedSuite } from "../support/simulated-suite.js";

const TOPICS = ["sea", "kitchen", "law", "stars"];
/** How much each topic helps. */
const WORTH: Record<string, number> = { sea: 1, kitchen: 0.6, law: 0.4, stars: 0.8 };

let simulated: SimulatedSuite;
let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let first: Search;
/** The labels of the domains of each token set, in order; those of one that is not known yet are `present`. */
const labels = new Map<string, string[]>();
let present: string[] = [];
/** What is added to every loss of a domain set that a test makes. */
let shift = 0;

/** A loss of the topics' shares alone, however they are cut, with the same noise in every mixture of a seed. */
function lossOf({ spec }: Run): number {
  const { tokenSetId = "", mixture = [], seed = 0 } = spec ?? {};
  const own = labels.get(tokenSetId) ?? present;
  labels.set(tokenSetId, own);
  const share = (topic: string) => mixture.reduce((sum, w, j) => (own[j]?.startsWith(topic) ? sum + w : sum), 0);
  const gain = TOPICS.reduce((sum, topic) => sum + (WORTH[topic] ?? 0) * Math.sqrt(share(topic)), 0);
  return 3 - 0.5 * gain + 0.002 * Math.sin(7 * seed) + (own === present ? shift : 0);
}

beforeAll(async () => {
  simulated = await startSimulatedSuite(lossOf);
  ({ folder, suite, client } = simulated);
  const given = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
  // Of the earlier domains there are three: the texts on stars have come since.
  const file = labelsFile("first", (topic) => (topic === "stars" ? undefined : topic));
  const corpus = given.input?.$case === "corpus" ? given.input.value : undefined;
  const spec = SearchSpec.fromPartial({
    ...given,
    dataset: undefined,
    trainer: "simulated",
    input: { $case: "corpus", value: { ...corpus, domains: { labels: { path: file } } } },
    budget: Budget.fromPartial({ ...given.budget, rounds: [6, 3] }),
  });
  present = ["kitchen", "law", "sea"];
  first = await succeeded(spec);
  expect(first.result?.domains.map(({ label }) => label)).toEqual(present);
}, 240_000);

afterAll(() => simulated[Symbol.asyncDispose]());

/** Writes what domain each document is in; undefined for none. */
function labelsFile(name: string, labelOf: (topic: string, index: number) => string | undefined): string {
  const lines = readFileSync(join(folder.path, "input", "corpus.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const path = join(folder.path, "input", `${name}.jsonl`);
  const labelled = lines.flatMap((line, i) => {
    const { id, topic } = JSON.parse(line) as { id: string; topic: string };
    const label = labelOf(topic, i);
    return label ? [`${JSON.stringify({ id, label })}\n`] : [];
  });
  writeFileSync(path, labelled.join(""));
  return path;
}

/** A domain set of the same documents, and the labels of its domains from now on. */
async function domainSet(name: string, labelOf: Parameters<typeof labelsFile>[1]): Promise<string> {
  const clustering = createClient(ClusteringServiceDefinition, suite.address);
  const embedding = createClient(EmbeddingServiceDefinition, suite.address);
  const { embeddingSet } = await embedding.getEmbeddingSet({ id: first.embeddingSetId });
  const path = labelsFile(name, labelOf);
  const spec = DomainSpec.fromPartial({ embeddings: embeddingSet?.manifest, labels: { path }, seed: 3 });
  const { domainSet: created } = await clustering.createDomainSet({ requestId: "", spec });
  const id = created?.id ?? "";
  for await (const message of clustering.watchDomainSet({ id, afterSequence: 0n }))
    present = message.domainSet?.domains.map(({ label }) => label) ?? [];
  clustering.close();
  embedding.close();
  return id;
}

async function succeeded(asked: SearchSpec): Promise<Search> {
  const { search } = await client.createSearch({ requestId: "", spec: asked });
  let last: Search | undefined;
  for await (const message of client.watchSearch({ id: search?.id ?? "", afterSequence: 0n })) last = message.search;
  expect(last?.status?.failure).toBeUndefined();
  return last as Search;
}

const onDomains = (domainSetId: string, change: Partial<SearchSpec> = {}) =>
  SearchSpec.fromPartial({
    ...first.spec,
    input: { $case: "domainSetId", value: domainSetId },
    budget: Budget.fromPartial({ ...first.spec?.budget, rounds: [4, 2] }),
    earlier: { searchId: first.id, freeRatios: false },
    ...change,
  });

async function explored({ id }: Search) {
  const { runs } = await client.listSearchRuns({ searchId: id, pageSize: 1000, pageToken: "" });
  return runs.filter(({ role }) => role === RunRole.RUN_ROLE_EXPLORE);
}

/** Different mixtures that the first search measured with the seed of all. */
const earlierRuns = async () =>
  (await client.listSearchRuns({ searchId: first.id, pageSize: 1000, pageToken: "" })).runs.filter(
    ({ seed }) => seed === first.spec?.seed,
  ).length;

describe("a search over domains that have changed", { timeout: 240_000 }, () => {
  it("counts the runs of an earlier one and keeps the ratios of domains that stayed", async () => {
    const set = await domainSet("split", (topic, i) =>
      topic === "sea" ? `sea ${i % 8 === 0 ? "one" : "two"}` : topic,
    );
    const out = join(folder.path, "split");
    await climb(
      "--address",
      suite.address,
      "search",
      "clone",
      first.id,
      "--domains",
      set,
      "--rounds",
      "4,2",
      "--out",
      out,
    );
    const json = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    const { searches } = await client.listSearches({ pageSize: 1, pageToken: "", filter: undefined });
    const search = searches[0] as Search;
    const { earlier } = search.result ?? {};
    const ids = Object.fromEntries((search.result?.domains ?? []).map(({ id, label }) => [label, id]));
    const runs = await earlierRuns();
    expect(earlier).toMatchObject({ searchId: first.id, runs, runsCounted: runs, leftOut: [], gone: [], holds: true });
    expect(Object.fromEntries((earlier?.domains ?? []).map(({ domainId, change }) => [domainId, change]))).toEqual({
      [ids["sea one"] ?? ""]: DomainChange.DOMAIN_CHANGE_PART,
      [ids["sea two"] ?? ""]: DomainChange.DOMAIN_CHANGE_PART,
      [ids.kitchen ?? ""]: DomainChange.DOMAIN_CHANGE_SAME,
      [ids.law ?? ""]: DomainChange.DOMAIN_CHANGE_SAME,
      [ids.stars ?? ""]: DomainChange.DOMAIN_CHANGE_NEW,
    });
    expect([...(earlier?.kept ?? [])].sort()).toEqual([ids.kitchen, ids.law].sort());
    const answer = new Map(first.result?.domains.map(({ label, weight }) => [label, weight]));
    const ratio = (answer.get("kitchen") ?? 0) / (answer.get("law") ?? 0);
    const [trial, ...others] = await explored(search);
    expect(trial?.origin).toBe("best of an earlier search");
    const at = (label: string) => present.indexOf(label);
    for (const { mixture } of others) {
      const [kitchen = 0, law = 0] = [mixture[at("kitchen")], mixture[at("law")]];
      expect(Math.abs(kitchen - (ratio / (1 + ratio)) * (kitchen + law))).toBeLessThan(1e-5);
    }
    // The parts of what was split are tried in their natural proportion, by tokens.
    const tokens = new Map(search.result?.domains.map(({ label, tokens }) => [label, Number(tokens)]));
    const natural = (tokens.get("sea one") ?? 0) / (tokens.get("sea two") ?? 1);
    expect((trial?.mixture[at("sea one")] ?? 0) / (trial?.mixture[at("sea two")] ?? 1)).toBeCloseTo(natural, 3);
    expect(trial?.mixture[at("stars")]).toBe(0);
    // They are rows of the fit, and the answer has found the new domain's worth.
    const predictor = createClient(PredictorServiceDefinition, suite.address);
    const fitted = await predictor.getPredictor({ id: search.predictorId });
    predictor.close();
    expect(fitted.predictor?.spec?.rows.filter(({ id }) => id.startsWith("earlier "))).toHaveLength(runs);
    expect(search.result?.objective?.mean).toBeLessThan((first.result?.objective?.mean ?? 0) - 0.05);
    expect(json.earlier).toMatchObject({ runs, runsCounted: runs, trial: { holds: true }, gone: [] });
    expect(json.earlier.domains[ids.stars ?? ""].change).toBe("new");
    const report = readFileSync(join(out, "report.html"), "utf8");
    for (const sentence of earlier?.sentences ?? []) expect(report).toContain(sentence.replace(/&/g, "&amp;"));
  });

  it("leaves out and counts runs of domains that have gone, or were merged in another proportion", async () => {
    const set = await domainSet("merged", (topic) =>
      topic === "law" ? undefined : topic === "stars" ? "stars" : "sea and kitchen",
    );
    const search = await succeeded(onDomains(set));
    const { earlier } = search.result ?? {};
    const runs = await earlierRuns();
    expect(earlier).toMatchObject({ runs, runsCounted: 0, holds: false, kept: [] });
    expect(earlier?.leftOut).toEqual([{ reason: expect.stringContaining("documents that are gone"), runs }]);
    expect(earlier?.gone).toHaveLength(1);
    expect(earlier?.domains.map(({ change }) => change)).toEqual([
      DomainChange.DOMAIN_CHANGE_MERGED,
      DomainChange.DOMAIN_CHANGE_NEW,
    ]);
    expect(earlier?.sentences[0]).toMatch(
      /^Of \d+ runs of an earlier search over other domains 0 count here: \d+ were trained/,
    );
  });

  it("counts none where the best of them does not reach here what it had reached", async () => {
    const set = await domainSet("shifted", (topic, i) => (topic === "law" ? `law ${i % 8 < 4}` : topic));
    shift = 0.1;
    const search = await succeeded(onDomains(set));
    shift = 0;
    expect(search.result?.earlier).toMatchObject({ runsCounted: 0, holds: false });
    const { before = 0, now = 0, sentences = [] } = search.result?.earlier ?? {};
    expect(now - before).toBeCloseTo(0.1, 3);
    expect(sentences[1]).toContain("its best mixture did not reach here what it had reached");
  });

  it("is refused where its runs would be of another kind", async () => {
    const faultsOf = async (change: Partial<SearchSpec>) => {
      const { faults } = await client.validateSearch({ spec: onDomains(first.domainSetId, change) });
      return faults.map(({ field, reason }) => [field, reason]);
    };
    expect(await faultsOf({ seed: 77 })).toEqual([["spec.seed", "FIELD_INVALID"]]);
    expect(await faultsOf({ vocabulary: 600 })).toEqual([["spec.vocabulary", "FIELD_INVALID"]]);
    expect(await faultsOf({ earlier: { searchId: "nowhere", freeRatios: false } })).toEqual([
      ["spec.earlier.search_id", "RESOURCE_UNKNOWN"],
    ]);
    expect(await faultsOf({})).toEqual([]);
  });
});
