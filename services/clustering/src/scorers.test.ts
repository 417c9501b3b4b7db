import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { describe, expect, it } from "vitest";
import { NO_ARTIFACT } from "./steps/artifacts.js";
import { directory, documents, type Suite, start, store, topics, untilFinal } from "./testing/suite.js";

const classifier = fileURLToPath(new URL("../fixtures/fasttext/quality.bin", import.meta.url));
const fasttext = (threshold: number, path = classifier) =>
  QualityScorer.fromPartial({ name: "worth", threshold, kind: { $case: "fasttext", value: { path } } });
const annotations = (threshold: number, path: string) =>
  QualityScorer.fromPartial({ name: "liked", threshold, kind: { $case: "annotations", value: { path } } });

/** The words of a topic replaced by those that the classifier was taught to dislike, or to like. */
const advertisements = "buy now cheap click free offer price deal order today sale win".split(" ");
const biology = "cells proteins receptors membrane nucleus study shows divide bind".split(" ");
const taught = documents.map((document) => {
  const from = Object.values(topics)[document.kind];
  const to = document.kind === 0 ? advertisements : biology;
  const text = document.text.replace(/[a-z]+/g, (word) => {
    const at = from?.indexOf(word) ?? -1;
    return at < 0 ? word : (to[at % to.length] as string);
  });
  return { ...document, text };
});

async function create(suite: Suite, scorers: QualityScorer[], made = documents): Promise<DomainSet> {
  const { domainSet } = await suite.client.createDomainSet({
    requestId: "",
    spec: await store(suite, { scorers }, made),
  });
  return untilFinal(suite, domainSet?.id ?? "");
}

async function manifestOf({ platform }: Suite, { status, manifest }: DomainSet): Promise<DomainManifest> {
  expect(status?.failure).toBeUndefined();
  const json = await readWhole(platform.artifacts, manifest ?? NO_ARTIFACT);
  return DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
}

/** An annotation file; returns its path. */
async function annotate(lines: readonly (object | string)[]): Promise<string> {
  const path = `${await directory()}/liked.jsonl`;
  await writeFile(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return path;
}

describe("quality scorers", () => {
  it("prune the clusters whose mean by a fastText classifier is below the threshold, and say so", async () => {
    const suite = await start(await directory());
    const set = await create(suite, [fasttext(2.5)], taught);
    const { domains, pruned, scorers } = await manifestOf(suite, set);
    const low = pruned.filter(({ reason }) => reason.includes("mean worth"));
    expect(low.reduce((sum, group) => sum + Number(group.documents), 0)).toBe(90);
    for (const { reason, scores, examples } of low) {
      expect(reason).toMatch(/^mean worth [01]\.\d+, below 2\.5$/);
      expect(scores.worth).toBeLessThan(1.5);
      expect(examples.length).toBeGreaterThan(0);
    }
    for (const { scores } of domains) expect(scores.worth).toBeGreaterThan(3.5);
    expect(scorers).toMatchObject([{ name: "worth", threshold: 2.5 }]);
    const judged = [...domains, ...low];
    const sum = judged.reduce((total, group) => total + Number(group.documents) * (group.scores.worth ?? 0), 0);
    expect(scorers[0]?.mean).toBeCloseTo(sum / 270, 9);
    expect(set.scorers).toEqual(scorers);
  });

  it("learn from annotations of documents what people like, with the error that they make", async () => {
    const suite = await start(await directory());
    const some = documents.filter((_, i) => i % 3 === 0);
    const path = await annotate([
      ...some.map(({ id, kind }, i) => ({ id, score: (kind === 1 ? 1 : 4) + 0.02 * (i % 3) })),
      { id: "of another corpus", score: 3 },
    ]);
    const { domains, pruned, scorers } = await manifestOf(suite, await create(suite, [annotations(2.5, path)]));
    expect(domains.map(({ terms }) => topics.astronomy.includes(terms[0] ?? ""))).not.toContain(true);
    expect(pruned.filter(({ reason }) => reason.includes("mean liked 1."))).not.toHaveLength(0);
    const error = scorers[0]?.crossValidation;
    expect(error).toMatchObject({ annotations: some.length, unknown: 1 });
    expect(error?.rootMeanSquaredError).toBeLessThan(0.5 * (error?.baselineError ?? 0));
    expect(error?.spearman).toBeGreaterThan(0.5);
  });

  it("must each be passed, and have read their files once", async () => {
    const suite = await start(await directory());
    const path = await annotate(documents.map(({ id, kind }) => ({ id, score: kind === 1 ? 1 : 4 })));
    const set = await create(suite, [fasttext(2.5), annotations(2.5, path)], taught);
    const { domains } = await manifestOf(suite, set);
    expect(domains.reduce((sum, domain) => sum + Number(domain.documents), 0)).toBe(90);

    await writeFile(path, "");
    const { domainSet } = await suite.client.cutDomainSet({ requestId: "", id: set.id, domains: 1 });
    const cut = await manifestOf(suite, await untilFinal(suite, domainSet?.id ?? ""));
    expect(cut.domains.map(({ documents }) => Number(documents))).toEqual([90]);
  });

  it("that no cluster passes end the job with the thresholds", async () => {
    const suite = await start(await directory());
    const { status } = await create(suite, [fasttext(6)]);
    expect(status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(status?.failure?.message).toContain("no cluster reaches the thresholds of all scorers (worth 6)");
  });

  it("are refused at the door, each with what is wrong and where", async () => {
    const suite = await start(await directory());
    const refused = async (scorers: QualityScorer[]) => {
      const spec = await store(suite, { scorers });
      return expect(suite.client.createDomainSet({ requestId: "", spec })).rejects;
    };
    const empty = await annotate([]);
    const broken = await annotate([{ id: "doc-1", score: 1 }, "{"]);
    const wordy = await annotate([{ id: "doc-1", score: "good" }]);
    const twice = await annotate([
      { id: "doc-1", score: 1 },
      { id: "doc-1", score: 2 },
    ]);
    await (await refused([fasttext(1), fasttext(2)])).toThrow(
      "spec.scorers[1].name: found worth, expected a name that no other",
    );
    await (await refused([fasttext(Number.NaN)])).toThrow(
      "spec.scorers[0].threshold: found NaN, expected a finite number",
    );
    await (await refused([fasttext(1, "/nowhere.bin")])).toThrow("/nowhere.bin does not exist");
    await (await refused([fasttext(1, empty)])).toThrow("does not begin as fastText's models do");
    await (await refused([annotations(1, "/nowhere.jsonl")])).toThrow("/nowhere.jsonl");
    await (await refused([annotations(1, broken)])).toThrow(`${broken}:2`);
    await (await refused([annotations(1, wordy)])).toThrow('score: found "good", expected a number');
    await (await refused([annotations(1, twice)])).toThrow("id: doc-1 has a score already");
    const value = { path: classifier, labelValues: { __label__hq: 1 } };
    const stray = QualityScorer.fromPartial({ name: "worth", threshold: 1, kind: { $case: "fasttext", value } });
    await (await refused([stray])).toThrow("label_values names __label__hq; the model has __label__0, __label__5");
  });

  it("with too few annotations that can be used end the job with how many there were", async () => {
    const suite = await start(await directory());
    const path = await annotate(Array.from({ length: 30 }, (_, i) => ({ id: `other-${i}`, score: i })));
    const { status } = await create(suite, [annotations(1, path)]);
    expect(status?.failure?.message).toContain(
      'scorer "liked": 0 annotations can be used, expected at least 20; 30 name no document of the corpus',
    );
  });
});
