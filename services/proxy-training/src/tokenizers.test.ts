import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readWhole } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { TargetStatistics, type TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import { wideTokenizer } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { vocabularyOf } from "./core/tokenizer/vocabulary.js";
import { readManifest, required } from "./steps/inputs.js";
import { openTokenizer } from "./tasks/tokenizers.js";
import { createRun, directory, domains, type Suite, spec, start, target, untilFinal } from "./testing/suite.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));
const lossless = ["bpe", "fallback", "gemma", "unigram-bytes", "unigram-whole"] as const;
const lossy = ["t5", "bert", "bert-cased"] as const;
const WIDER_BY = 70_000;

async function tokenSetWith(suite: Suite, path: string): Promise<TokenSet> {
  const { tokenizer } = await suite.client.importTokenizer({ path, endOfText: "" });
  const wanted = TokenSpec.fromPartial({ domains: await domains(suite.platform), tokenizer });
  const { tokenSet } = await suite.client.createTokenSet({ requestId: "", spec: wanted });
  for await (const message of suite.client.watchTokenSet({ id: tokenSet?.id ?? "", afterSequence: 0n })) {
    if (message.tokenSet?.status?.endTime) return message.tokenSet;
  }
  throw new Error("the watch ended before the token set's last state");
}

async function statisticsOf(
  { client, platform: { artifacts } }: Suite,
  { id: tokenSetId }: TokenSet,
  targets: Target[],
) {
  const { targetStatistics } = await client.createTargetStatistics({ requestId: "", tokenSetId, targets });
  for await (const message of client.watchTargetStatistics({ id: targetStatistics?.id ?? "", afterSequence: 0n })) {
    const { status, statistics = [], overlaps = [] } = message.targetStatistics ?? {};
    if (!status?.endTime) continue;
    return { overlaps, statistics: TargetStatistics.decode(await readWhole(artifacts, required(statistics[0]))) };
  }
  throw new Error("the watch ended before the statistics' last state");
}

describe("tokenizers of others", () => {
  it.each([...lossless, ...lossy])(
    "give the ids of Hugging Face's own library for texts in 40 scripts (%s)",
    async (kind) => {
      const json = await readFile(fixture(`${kind}.json`), "utf8");
      const expected = JSON.parse(await readFile(fixture("expected.json"), "utf8"));
      const tokenizer = openTokenizer({ json, ...vocabularyOf(JSON.parse(json)) });
      expect(expected[kind]).toHaveLength(30);
      for (const { text, ids } of expected[kind]) expect([...tokenizer.encode(text)], text).toEqual(ids);
    },
  );

  it.each([...lossless, ...lossy])(
    "have ids of 32 bits where the vocabulary is beyond 65,536 entries (%s)",
    async (kind) => {
      const wide = wideTokenizer(JSON.parse(await readFile(fixture(`${kind}.json`), "utf8")), WIDER_BY);
      const expected = JSON.parse(await readFile(fixture("expected.json"), "utf8"));
      const tokenizer = openTokenizer({ json: JSON.stringify(wide), ...vocabularyOf(wide) });
      for (const { text, ids } of expected[kind]) {
        expect([...tokenizer.encode(text)], text).toEqual(ids.map((id: number) => id + WIDER_BY));
      }
    },
  );

  it.each(["bpe", "unigram-bytes"])("make token sets that runs train on and are scored with (%s)", async (kind) => {
    const suite = await start(await directory());
    const set = await tokenSetWith(suite, fixture(`${kind}.json`));
    expect(set.status?.failure).toBeUndefined();
    const { artifacts } = suite.platform;
    const manifest = await readManifest(artifacts, set);
    const json = await readFile(fixture(`${kind}.json`), "utf8");
    expect((await readWhole(artifacts, required(manifest.tokenizer))).toString("utf8")).toBe(json);
    const { vocabulary, endOfText } = vocabularyOf(JSON.parse(json));
    expect(manifest).toMatchObject({ vocabulary, endOfText });
    const bytes = await readWhole(artifacts, required(manifest.domains[0]?.artifact));
    const tokens = new Uint16Array(Uint8Array.from(bytes).buffer);
    expect(tokens.at(-1)).toBe(endOfText);
    expect(tokens.every((token) => token < vocabulary)).toBe(true);

    const run = await untilFinal(suite, await createRun(suite, spec(set.id), [await target(suite, "kitchen")]));
    expect(run.status?.failure).toBeUndefined();
    expect(run.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(run.tasks[0]?.bitsPerByte).toBeGreaterThan(0.1);
    expect(run.tasks[0]?.bitsPerByte).toBeLessThan(6);
  });

  it("count and train in 32 bits what they do in 16", async () => {
    const suite = await start(await directory());
    const path = join(await directory(), "tokenizer.json");
    const json = JSON.parse(await readFile(fixture("unigram-bytes.json"), "utf8"));
    await writeFile(path, JSON.stringify(wideTokenizer(json, WIDER_BY)));
    const [narrow, wide] = [await tokenSetWith(suite, fixture("unigram-bytes.json")), await tokenSetWith(suite, path)];
    const { artifacts } = suite.platform;
    const manifests = [await readManifest(artifacts, narrow), await readManifest(artifacts, wide)];
    expect(manifests.map(({ bytesPerToken }) => bytesPerToken)).toEqual([2, 4]);
    for (const [j, { artifact, tokens }] of wide.domains.entries()) {
      const bytes = await readWhole(artifacts, required(artifact));
      const before = await readWhole(artifacts, required(narrow.domains[j]?.artifact));
      expect(tokens).toBe(narrow.domains[j]?.tokens);
      const ids = new Uint32Array(Uint8Array.from(bytes).buffer);
      expect([...ids]).toEqual(Array.from(new Uint16Array(Uint8Array.from(before).buffer), (id) => id + WIDER_BY));
    }

    const targets = [await target(suite, "kitchen")];
    const [counted, expected] = await Promise.all([
      statisticsOf(suite, wide, targets),
      statisticsOf(suite, narrow, targets),
    ]);
    expect(counted.overlaps).toEqual(expected.overlaps);
    const [told, before] = [counted.statistics, expected.statistics];
    expect(told.counts).toEqual(before.counts);
    expect(told.pairFrequencies).toEqual(before.pairFrequencies);
    expect(told.firstFrequencies).toEqual(before.firstFrequencies);

    const run = await untilFinal(suite, await createRun(suite, spec(wide.id, { tokens: 1280n }), targets));
    expect(run.status?.failure).toBeUndefined();
    // Ten steps are enough to see that the tokens are no noise.
    expect(run.training?.loss).toBeLessThan(Math.log(WIDER_BY) - 0.3);
    expect(run.tasks[0]?.bitsPerByte).toBeGreaterThan(0);
  });

  it("that lose text are refused, and taken with a warning where that is allowed", async () => {
    const suite = await start(await directory());
    const given = { path: fixture("bert.json"), endOfText: "" };
    const lost = 'it gives the same ids to "Cat" and "cat"';
    await expect(suite.client.importTokenizer(given)).rejects.toThrow(lost);
    const taken = await suite.client.importTokenizer({ ...given, allowLossy: true });
    expect(taken.warnings).toEqual([expect.stringContaining(`The tokenizer loses text: ${lost}`)]);
    expect((await suite.client.importTokenizer({ path: fixture("gemma.json"), endOfText: "" })).warnings).toEqual([]);
  });

  it("are read from their folder, and are the same artifact whenever they are imported", async () => {
    const suite = await start(await directory());
    const folder = await directory();
    await writeFile(join(folder, "tokenizer.json"), await readFile(fixture("bpe.json")));
    const one = await suite.client.importTokenizer({ path: folder, endOfText: "" });
    expect(await suite.client.importTokenizer({ path: fixture("bpe.json"), endOfText: "" })).toEqual(one);
    expect(one).toMatchObject({ vocabulary: 391, endOfText: 0 });
  });

  it("are refused at the door with the file and the reason", async () => {
    const suite = await start(await directory());
    const folder = await directory();
    const bpe = JSON.parse(await readFile(fixture("bpe.json"), "utf8"));
    const refused = async (json: unknown, endOfText = "") => {
      const path = join(folder, "tokenizer.json");
      await writeFile(path, typeof json === "string" ? json : JSON.stringify(json));
      return expect(suite.client.importTokenizer({ path, endOfText })).rejects;
    };
    await expect(suite.client.importTokenizer({ path: "/nowhere", endOfText: "" })).rejects.toThrow(
      "/nowhere does not exist; expected a Hugging Face tokenizer.json",
    );
    await (await refused("{")).toThrow("tokenizer.json: ");
    await (await refused({ ...bpe, model: { type: "WordLevel", vocab: { a: 0 } } })).toThrow(
      "model.type: found WordLevel, expected BPE, Unigram, WordPiece, with a vocab",
    );
    const unigram = JSON.parse(await readFile(fixture("unigram-bytes.json"), "utf8"));
    await (await refused({ ...unigram, normalizer: { type: "Upside" } })).toThrow(
      "normalizer.type: Upside is not known here",
    );
    const pattern = { type: "Split", pattern: { Regex: "\\w+" }, behavior: "Isolated" };
    await (await refused({ ...unigram, pre_tokenizer: pattern })).toThrow(
      "has signs that JavaScript reads differently",
    );
    await (await refused({ ...unigram, model: { ...unigram.model, unk_id: null } })).toThrow(
      "model.unk_id: found null",
    );
    const map = { type: "Precompiled", precompiled_charsmap: "AAAB" };
    await (await refused({ ...unigram, normalizer: map })).toThrow("precompiled_charsmap has 3 bytes");
    await (await refused({ ...bpe, normalizer: { type: "Lowercase" } })).toThrow(
      'it gives the same ids to "Cat" and "cat"',
    );
    await (await refused(bpe, "<stop>")).toThrow(
      "there is no <stop>; expected that token. Its added tokens are: <|endoftext|>",
    );
    await (await refused({ ...bpe, model: { ...bpe.model, vocab: { ...bpe.model.vocab, x: 2 ** 20 } } })).toThrow(
      "1048577 entries, expected at most 1048576",
    );
    const set = TokenSpec.fromPartial({ domains: await domains(suite.platform) });
    const file = await suite.platform.artifacts.put("training/tokenizers/x.json", Buffer.from("{}"));
    const tokenizer = { ...file, sizeBytes: 2n };
    await expect(suite.client.createTokenSet({ requestId: "", spec: { ...set, tokenizer } })).rejects.toThrow(
      "model.type",
    );
  });
});
