import { createHash } from "node:crypto";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import { type Search, type SearchServiceDefinition, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { StoreServiceDefinition, UploadRequest } from "@climb/proto/store/v1/store_service";
import { TargetSource } from "@climb/proto/training/v1/target";
import type { Client } from "@climb/runtime";
import { trialTexts } from "./texts.js";

export interface TrialClients {
  search: Client<typeof SearchServiceDefinition>;
  store: Client<typeof StoreServiceDefinition>;
}

/**
 * A tiny search through the calls that users make, from texts of its own to an answer: every service has its part in it, on
 * whatever workers there are. The search is deleted afterwards; if `signal` comes first, it is cancelled.
 * @param seed another one trains anew
 * @returns the search as it ended @throws the signal's reason; errors of calls
 */
export async function trySearch(
  { search, store }: TrialClients,
  { seed, signal, say }: { seed: number; signal: AbortSignal; say(line: string): void },
): Promise<Search> {
  const texts = trialTexts();
  const spec = SearchSpec.fromPartial({
    name: "trial",
    input: {
      $case: "corpus",
      value: {
        source: CorpusSource.fromPartial({ paths: [await upload(store, "corpus.jsonl", texts.corpus)] }),
        domains: { clusters: 8, domains: 4, minQuality: 0 },
      },
    },
    targets: [TargetSource.fromPartial({ name: "target", paths: [await upload(store, "target.jsonl", texts.target)] })],
    proxy: { preset: "nano" },
    vocabulary: 512,
    budget: { rounds: [3], tokensPerRun: 20_000n, confirmationSeeds: 2, confirmedMixtures: 1 },
    seed,
  });
  const created = await search.createSearch({ requestId: "", spec }, { signal, timeoutMs: 120_000 });
  const id = created.search?.id ?? "";
  try {
    const found = await ended(search, id, signal, say);
    await search.deleteSearch({ id });
    return found;
  } catch (error) {
    if (signal.aborted) await search.cancelSearch({ id });
    throw error;
  }
}

async function ended(
  client: TrialClients["search"],
  id: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Search> {
  let last: Search | undefined;
  let stage = "";
  for await (const { search } of client.watchSearch({ id, afterSequence: 0n }, { signal })) {
    last = search;
    const { progress } = search?.status ?? {};
    if (progress?.stage && progress.stage !== stage) say(`search ${id}: ${progress.stage}`);
    stage = progress?.stage ?? stage;
  }
  if (!last) throw new Error(`nothing was told of search ${id}`);
  return last;
}

/** Gives the store a text; returns what requests name it by. */
async function upload(store: TrialClients["store"], name: string, text: string): Promise<string> {
  const data = Buffer.from(text);
  const sha256 = createHash("sha256").update(data).digest("hex");
  async function* parts(): AsyncGenerator<UploadRequest> {
    yield { part: { $case: "header", value: { sha256, sizeBytes: BigInt(data.length), offset: 0n } } };
    yield { part: { $case: "data", value: data } };
  }
  const there = await store.getUpload({ sha256 });
  const artifact = there.artifact ?? (await store.upload(parts())).artifact;
  return `${artifact?.uri}/${name}`;
}
