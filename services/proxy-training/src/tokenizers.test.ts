import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readWhole } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { type TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import { describe, expect, it } from "vitest";
import { vocabularyOf } from "./core/tokenizer/vocabulary.js";
import { readManifest, required } from "./steps/inputs.js";
import { openTokenizer } from "./tasks/tokenizers.js";
import { createRun, directory, domains, type Suite, spec, start, target, untilFinal } from "./testing/suite.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));
const kinds = ["bpe", "fallback"] as const;

async function tokenSetWith(suite: Suite, path: string): Promise<TokenSet> {
  const { tokenizer } = await suite.client.importTokenizer({ path, endOfText: "" });
  const wanted = TokenSpec.fromPartial({ domains: await domains(suite.platform), tokenizer });
  const { tokenSet } = await suite.client.createTokenSet({ requestId: "", spec: wanted });
  for await (const message of suite.client.watchTokenSet({ id: tokenSet?.id ?? "", afterSequence: 0n })) {
    if (message.tokenSet?.status?.endTime) return message.tokenSet;
  }
  throw new Error("the watch ended before the token set's last state");
}

describe("tokenizers of others", () => {
  it.each(kinds)("give the ids of Hugging Face's own library (%s)", async (kind) => {
    const json = await readFile(fixture(`${kind}.json`), "utf8");
    const expected = JSON.parse(await readFile(fixture("expected.json"), "utf8"));
    const tokenizer = openTokenizer({ json, ...vocabularyOf(JSON.parse(json)) });
    for (const { text, ids } of expected[kind]) expect([...tokenizer.encode(text)], text).toEqual(ids);
  });

  it.each(kinds)("make token sets that runs train on and are scored with (%s)", async (kind) => {
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
      "/nowhere cannot be read",
    );
    await (await refused("{")).toThrow("tokenizer.json: ");
    await (await refused({ ...bpe, model: { type: "WordPiece", vocab: { a: 0 } } })).toThrow(
      "model.type: found WordPiece, expected BPE with a vocab",
    );
    await (await refused({ ...bpe, normalizer: { type: "Lowercase" } })).toThrow('"Cat" and "cat" get the same ids');
    await (await refused(bpe, "<stop>")).toThrow(
      "there is no <stop>; expected that token. Its added tokens are: <|endoftext|>",
    );
    const many = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`x${i}`, i]));
    await (await refused({ ...bpe, model: { ...bpe.model, vocab: many } })).toThrow(
      "70000 entries, expected at most 65536",
    );
    const set = TokenSpec.fromPartial({ domains: await domains(suite.platform) });
    const file = await suite.platform.artifacts.put("training/tokenizers/x.json", Buffer.from("{}"));
    const tokenizer = { ...file, sizeBytes: 2n };
    await expect(suite.client.createTokenSet({ requestId: "", spec: { ...set, tokenizer } })).rejects.toThrow(
      "model.type",
    );
  });
});
