import { fileURLToPath } from "node:url";
import { readWhole } from "@climb/ports";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import type { Target } from "@climb/proto/training/v1/target";
import { type TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import { createClient, forOwner } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import { required } from "./steps/inputs.js";
import { type Change, directory, domains, type Suite, shards, start, target, tokenSet } from "./testing/suite.js";

const fixture = (kind: string) => fileURLToPath(new URL(`../fixtures/tokenizers/${kind}.json`, import.meta.url));

/** A suite that knows of how many shards the tokens were made, which are stored for others then. */
async function counting() {
  const stored: string[] = [];
  const suite = await start(await directory(), {}, { onPut: (path) => void stored.push(path) });
  const taken = () => {
    const paths = stored.splice(0);
    const count = (pattern: RegExp) => paths.filter((path) => pattern.test(path)).length;
    return { made: count(/\/tokens\/\w+\.bin$/), parts: count(/\/parts\/\d+$/) };
  };
  return { suite, taken };
}

interface Asked extends Change {
  kind?: string;
  decontaminate?: Target[];
}

/** A finished token set with a tokenizer that is given. */
async function tokens(
  { client, platform }: Suite,
  { kind = "bpe", decontaminate = [], ...change }: Asked = {},
): Promise<TokenSet> {
  const { tokenizer } = await client.importTokenizer({ path: fixture(kind), endOfText: "" });
  const spec = TokenSpec.fromPartial({ domains: await domains(platform, change), tokenizer, decontaminate });
  const { tokenSet: created } = await client.createTokenSet({ requestId: "", spec });
  for await (const { tokenSet: current } of client.watchTokenSet({ id: created?.id ?? "", afterSequence: 0n })) {
    if (!current?.status?.endTime) continue;
    expect(current.status.failure).toBeUndefined();
    return current;
  }
  throw new Error("the watch ended before the token set's last state");
}

/** What a set has, by content. */
const contentsOf = ({ manifest, domains }: TokenSet) =>
  [manifest, ...domains.map(({ artifact }) => artifact)].map((artifact) => artifact?.sha256);

describe("a corpus that was made tokens of before, with a tokenizer that is given", () => {
  it("has them made of what has changed, or was pruned then, alone, with the bits of a fresh start", async () => {
    const { suite, taken } = await counting();
    await tokens(suite);
    expect(taken()).toEqual({ made: shards, parts: shards });
    const shorter = { shorter: { shard: 1, by: 7 } };
    const after = await tokens(suite, shorter);
    expect(taken()).toEqual({ made: 1, parts: shards });
    const pruned = await tokens(suite, { pruned: 4 });
    expect(taken()).toEqual({ made: shards, parts: shards });
    // All documents have tokens by now, whichever are pruned or left out.
    const left = await tokens(suite, { pruned: 6, decontaminate: [await target(suite, "kitchen")] });
    expect(taken()).toEqual({ made: 0, parts: shards });
    expect(left.decontamination).toBeDefined();

    const fresh = (await counting()).suite;
    const decontaminate = [await target(fresh, "kitchen")];
    expect(contentsOf(left)).toEqual(contentsOf(await tokens(fresh, { pruned: 6, decontaminate })));
    expect(contentsOf(pruned)).toEqual(contentsOf(await tokens(fresh, { pruned: 4 })));
    expect(contentsOf(after)).toEqual(contentsOf(await tokens(fresh, shorter)));
  });

  it("has others by another tokenizer and for another project, none for others by one that is learnt, and none once garbage is collected", async () => {
    const { suite, taken } = await counting();
    const { artifacts } = suite.platform;
    const set = await tokens(suite);
    taken();
    await tokens(suite, { kind: "unigram-bytes" });
    expect(taken().made).toBe(shards);
    await forOwner("kitchen", () => tokens(suite));
    expect(taken().made).toBe(shards);
    await tokenSet(suite);
    expect(taken()).toEqual({ made: 0, parts: shards });

    const kept = async () => {
      let found = 0;
      for await (const _ of artifacts.list("training/tokens/")) found++;
      return found;
    };
    expect(await kept()).toBe(2 * shards);
    const store = createClient(StoreServiceDefinition, `127.0.0.1:${suite.port}`);
    const collect = { dryRun: false, timeToLive: {}, grace: { seconds: 0n, nanos: 0 } };
    for await (const _ of store.collectGarbage(collect));
    store.close();
    expect(await kept()).toBe(0);
    for (const { artifact, tokens: count } of set.domains) {
      expect((await readWhole(artifacts, required(artifact))).length).toBe(2 * Number(count));
    }
  });
});
