import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJson, readWhole } from "@climb/ports";
import { type Target, TargetSource } from "@climb/proto/training/v1/target";
import type { TokenSet } from "@climb/proto/training/v1/training_service";
import { describe, expect, it } from "vitest";
import { fromHuggingFace } from "./core/tokenizer/hugging-face.js";
import { readDomains, readManifest, required } from "./steps/inputs.js";
import {
  directory,
  documents,
  names,
  type Suite,
  shards,
  start,
  text,
  tokenSet,
  vocabularies,
} from "./testing/suite.js";

const RUN = 13;
/** Every kept document as the suite's corpus has it. */
const KEPT = Array.from({ length: shards * documents }, (_, n) => ({
  shard: Math.floor(n / documents),
  i: n % documents,
}))
  .filter(({ i }) => i % 10 !== 9)
  .map(({ shard, i }) => ({
    domain: i % 2,
    text: text(vocabularies[names[i % 2] as keyof typeof vocabularies], 150, `document ${shard} ${i}`),
  }));

/** A target whose items are pieces of documents, of so many words. */
async function leak(suite: Suite, name: string, from: number[], words: number): Promise<Target> {
  const path = join(await directory(), `${name}.jsonl`);
  const items = from.map((n) =>
    JSON.stringify({
      text: KEPT[n]?.text
        .split(" ")
        .slice(40, 40 + words)
        .join(" "),
    }),
  );
  await writeFile(path, items.join("\n"));
  const sources = [TargetSource.fromPartial({ name, paths: [path] })];
  return (await suite.client.importTargets({ sources })).targets[0] as Target;
}

/** Runs of tokens as strings. */
function runs(tokens: Uint16Array): string[] {
  return Array.from({ length: Math.max(0, tokens.length - RUN + 1) }, (_, at) =>
    tokens.subarray(at, at + RUN).join(" "),
  );
}

/** For each kept document, which targets it has a run in common with, found by comparing strings. */
async function slowly({ platform }: Suite, set: TokenSet, targets: Target[]) {
  const { artifacts } = platform;
  const manifest = await readManifest(artifacts, set);
  const tokenizer = fromHuggingFace(await readJson(artifacts, required(manifest.tokenizer)));
  const wanted = await Promise.all(
    targets.map(async ({ items }) => {
      const lines = (await readWhole(artifacts, required(items))).toString("utf8").split("\n").filter(Boolean);
      return new Set(lines.flatMap((line) => runs(tokenizer.encode(JSON.parse(line).choices[0]))));
    }),
  );
  return KEPT.map((document) => {
    const tokens = tokenizer.encode(document.text);
    const found = wanted.flatMap((of, t) => (runs(tokens).some((run) => of.has(run)) ? [t] : []));
    return { ...document, tokens: tokens.length + 1, found };
  });
}

describe("leaving out what contains a target", () => {
  it("leaves out exactly the documents that have 13 tokens of an item, counted by target and domain", async () => {
    const suite = await start(await directory());
    const { artifacts } = suite.platform;
    const whole = await tokenSet(suite);
    const targets = [await leak(suite, "kitchens", [0, 2, 40], 20), await leak(suite, "both", [2, 61], 30)];
    const set = await tokenSet(suite, targets);
    expect(set.status?.failure).toBeUndefined();
    expect(set.id).not.toBe(whole.id);
    expect(whole.decontamination).toBeUndefined();

    const expected = await slowly(suite, set, targets);
    const out = expected.filter(({ found }) => found.length > 0);
    expect(out.length).toBeGreaterThanOrEqual(4);
    expect(out.length).toBeLessThan(KEPT.length / 2);
    const told = set.decontamination;
    expect(told?.leftOut.map(({ documents, tokens }) => [documents, tokens].map(Number))).toEqual(
      names.map((_, j) => {
        const own = out.filter(({ domain }) => domain === j);
        return [own.length, own.reduce((sum, { tokens }) => sum + tokens, 0)];
      }),
    );
    expect(told?.targets.map(({ target, byDomain }) => [target, ...byDomain.map(Number)])).toEqual(
      targets.map(({ name }, t) => [
        name,
        ...names.map((_, j) => out.filter(({ domain, found }) => domain === j && found.includes(t)).length),
      ]),
    );
    for (const [j, { tokens, textBytes }] of set.domains.entries()) {
      const before = whole.domains[j];
      expect(tokens).toBe((before?.tokens ?? 0n) - (told?.leftOut[j]?.tokens ?? 0n));
      expect(textBytes).toBe((before?.textBytes ?? 0n) - (told?.leftOut[j]?.textBytes ?? 0n));
    }

    // The manifest that data sets are written by: the same documents, without those.
    const clean = await readDomains(artifacts, required(told?.domains));
    const assigned: number[] = [];
    for (const shard of clean.assignments) {
      assigned.push(...new Int32Array(Uint8Array.from(await readWhole(artifacts, shard)).buffer));
    }
    expect(assigned.filter((_, n) => n % 10 !== 9)).toEqual(
      expected.map(({ domain, found }) => (found.length > 0 ? -1 : domain)),
    );

    const { targetStatistics } = await suite.client.createTargetStatistics({
      requestId: "",
      tokenSetId: set.id,
      targets,
    });
    for await (const message of suite.client.watchTargetStatistics({
      id: targetStatistics?.id ?? "",
      afterSequence: 0n,
    })) {
      for (const { found, ngrams } of message.targetStatistics?.overlaps ?? []) {
        expect(ngrams).toBeGreaterThan(0n);
        expect(found).toBe(0n);
      }
    }
  });
});
