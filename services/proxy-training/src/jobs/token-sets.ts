import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { TokenSetFinished } from "@climb/proto/training/v1/training_events";
import {
  type DomainTokens,
  TokenManifest,
  type TokenSet,
  type TokenSpec,
} from "@climb/proto/training/v1/training_service";
import { ended, failureOf, isFinal, running } from "../status.js";
import { shardFile } from "../tasks/tokenise-shard.js";
import { artifactOf, cancellable, type JobContext, readText } from "./context.js";

const DEFAULT_SAMPLE_BYTES = 16 * 1024 * 1024;

/** Trains the tokenizer (or takes the one given) and tokenises every domain. */
export async function makeTokenSet(context: JobContext, id: string, lease: AbortSignal): Promise<void> {
  const { store, platform, now } = context;
  const tokenSet = await store.tokenSets.require(id);
  if (!isFinal(tokenSet.status)) {
    try {
      const { manifest, domains } = await tokenise(context, tokenSet, lease);
      await store.tokenSets.update(id, (before) =>
        isFinal(before.status)
          ? before
          : { ...before, manifest, domains, status: ended(before.status, JobState.JOB_STATE_SUCCEEDED, now()) },
      );
    } catch (error) {
      if (lease.aborted) throw error;
      await failTokenSet(context, id, error);
    }
  }
  const { state = JobState.JOB_STATE_FAILED } = (await store.tokenSets.require(id)).status ?? {};
  await platform.events.publish({
    subject: "training.token_set_finished",
    id: `token-set-finished-${id}`,
    payload: TokenSetFinished.encode({ tokenSetId: id, state }).finish(),
  });
}

export async function failTokenSet({ store, now, platform }: JobContext, id: string, error: unknown): Promise<void> {
  platform.logger.error({ err: error, tokenSet: id }, "tokenising failed");
  await store.tokenSets.update(id, (before) =>
    isFinal(before.status)
      ? before
      : { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)) },
  );
}

async function tokenise(context: JobContext, { id, spec: given }: TokenSet, lease: AbortSignal) {
  const { platform, store, compute, now } = context;
  const { artifacts } = platform;
  const spec = given as TokenSpec;
  const manifest = DomainManifest.fromJSON(JSON.parse(await readText(artifacts, spec.domains)));
  const shards = await Promise.all(
    (manifest.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await artifacts.localPath(artifact as Artifact),
      assignmentsPath: await artifacts.localPath(manifest.assignments[i] as Artifact),
    })),
  );
  const { signal, cancel } = cancellable(lease);
  const progress = async (stage: string, done: number, total: number, unit: string) => {
    const current = await store.tokenSets.update(id, (before) =>
      isFinal(before.status)
        ? before
        : { ...before, status: running(before.status, now(), { stage, done, total, unit }) },
    );
    if (isFinal(current.status)) cancel();
  };

  await progress("training the tokenizer", 0, 0, "");
  const tokenizerPath = `training/token-sets/${id}/tokenizer.json`;
  let tokenizer = spec.tokenizer;
  if (!tokenizer) {
    const known = await artifacts.stat(tokenizerPath);
    const task = {
      shards,
      domainBytes: manifest.domains.map(({ textBytes }) => Number(textBytes)),
      vocabulary: spec.vocabulary,
      sampleBytes: Number(spec.sampleBytes) || DEFAULT_SAMPLE_BYTES,
      seed: spec.seed,
    };
    tokenizer = artifactOf(
      known ?? (await artifacts.put(tokenizerPath, Buffer.from(await compute("tokenizer", task, { signal }), "utf8"))),
    );
  }
  const text = await readText(artifacts, tokenizer);

  const folder = await mkdtemp(join(tmpdir(), "climb-tokens-"));
  try {
    let done = 0;
    const counts = await Promise.all(
      shards.map(async (shard, i) => {
        const task = { shard, tokenizer: text, domains: manifest.domains.length, folder: join(folder, String(i)) };
        const { tokens } = await compute("tokenise", task, { signal });
        await progress("tokenising", ++done, shards.length, "shards");
        return tokens;
      }),
    );
    const domains: DomainTokens[] = [];
    for (const [j, domain] of manifest.domains.entries()) {
      const parts = shards.map((_, i) => shardFile(join(folder, String(i)), j));
      const artifact = artifactOf(
        await artifacts.put(`training/token-sets/${id}/tokens-${domain.id}.u16`, joined(parts)),
      );
      const tokens = counts.reduce((total, perDomain) => total + (perDomain[j] as number), 0);
      domains.push({ domainId: domain.id, tokens: BigInt(tokens), textBytes: domain.textBytes, artifact });
    }
    const { vocabulary, endOfText } = vocabularyOf(text);
    const json = TokenManifest.toJSON({ tokenSetId: id, tokenizer, vocabulary, endOfText, domains });
    const stored = await artifacts.put(
      `training/token-sets/${id}/manifest.json`,
      Buffer.from(JSON.stringify(json), "utf8"),
    );
    return { manifest: artifactOf(stored), domains };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* joined(paths: string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}

function vocabularyOf(tokenizerJson: string): { vocabulary: number; endOfText: number } {
  const { model, added_tokens: added } = JSON.parse(tokenizerJson) as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number }[];
  };
  const ids = new Set([...Object.values(model.vocab), ...added.map((token) => token.id)]);
  return { vocabulary: ids.size, endOfText: added[0]?.id ?? 0 };
}
