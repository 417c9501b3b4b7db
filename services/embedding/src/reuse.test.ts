import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seeded } from "@climb/numeric";
import {
  type EmbeddingManifest,
  type EmbeddingModel,
  type EmbeddingSet,
  EmbeddingSpec,
} from "@climb/proto/embedding/v1/embedding_service";
import { beforeEach, describe, expect, it } from "vitest";
import { countingEndpoint } from "./testing/remote-endpoint.js";
import { directory, manifestOf, type Suite, start, untilEnded } from "./testing/suite.js";

const FILES = 4;
const PER_FILE = 120;
const FEWER = 75;
const small = { CLIMB_EMBEDDING_PIECE_BYTES: "65536" };
const syllables = "ko ra mi te su na lo pe vi da".split(" ");
/** A thousand words: the decomposition of fewer terms than it asks for depends on no seed. */
const words = syllables.flatMap((a) => syllables.flatMap((b) => syllables.map((c) => a + b + c)));

let folder = "";
beforeEach(async () => {
  folder = await directory();
});

/** Packed files of documents; the file `shorter` has 75 fewer, its first ones. */
async function fill(name: string, shorter = -1): Promise<string> {
  const corpus = join(folder, name);
  await mkdir(corpus);
  for (let file = 0; file < FILES; file++) {
    const random = seeded(file);
    const lines = Array.from({ length: PER_FILE }, (_, i) => {
      const text = Array.from({ length: 40 }, () => words[random.int(words.length)]).join(" ");
      return `${JSON.stringify({ id: `${file}-${i}`, text })}\n`;
    });
    await writeFile(join(corpus, `${file}.jsonl.gz`), gzipSync(lines.slice(file === shorter ? FEWER : 0).join("")));
  }
  return corpus;
}

/** A suite that knows what was made: documents read, terms counted and vectors, by their artifacts. */
async function counting(dataDir: string) {
  const made: string[] = [];
  const suite = await start(join(folder, dataDir), small, [{ onPut: (path) => void made.push(path) }]);
  const taken = () => {
    const paths = made.splice(0);
    const count = (pattern: RegExp) => paths.filter((path) => pattern.test(path)).length;
    return { read: count(/-documents-/), terms: count(/\/terms\//), vectors: count(/\/vectors\//) };
  };
  return { suite, taken };
}

async function embed(suite: Suite, path: string, model: Partial<EmbeddingModel>, seed = 1): Promise<EmbeddingSet> {
  const spec = EmbeddingSpec.fromPartial({ corpus: { paths: [path] }, model, seed });
  const { embeddingSet } = await suite.client.createEmbeddingSet({ requestId: "", spec });
  const ended = await untilEnded(suite, embeddingSet?.id ?? "");
  expect(ended.status?.failure).toBeUndefined();
  return ended;
}

const lexical: Partial<EmbeddingModel> = { kind: { $case: "lexical", value: { dimensions: 6 } as never } };

const bitsOf = ({ corpus, vectors }: EmbeddingManifest) =>
  [...(corpus?.shards.map(({ artifact }) => artifact) ?? []), ...vectors].map((artifact) => artifact?.sha256);

describe("a corpus that was changed a little", () => {
  it("is read, and its vectors asked for, where it has changed alone, with the bits of a fresh start", async () => {
    const endpoint = await countingEndpoint();
    const remote: Partial<EmbeddingModel> = {
      kind: { $case: "remote", value: { address: endpoint.address, model: "m" } as never },
    };

    const { suite, taken } = await counting("data");
    const before = await embed(suite, await fill("before"), remote);
    expect([before.documents, endpoint.texts()]).toEqual([BigInt(FILES * PER_FILE), FILES * PER_FILE]);
    expect(taken()).toEqual({ read: FILES, terms: 0, vectors: FILES });

    const asked = endpoint.texts();
    const shorter = await fill("after", 2);
    const after = await embed(suite, shorter, remote);
    expect([after.documents, endpoint.texts() - asked]).toEqual([BigInt(FILES * PER_FILE - FEWER), PER_FILE - FEWER]);
    expect(taken()).toEqual({ read: 1, terms: 0, vectors: 1 });

    const fresh = await counting("fresh");
    const expected = await manifestOf(fresh.suite, await embed(fresh.suite, shorter, remote));
    expect(bitsOf(await manifestOf(suite, after))).toEqual(bitsOf(expected));
  });

  it("has its terms counted where it has changed alone, and all vectors anew, as the lexical model is another", async () => {
    const { suite, taken } = await counting("data");
    await embed(suite, await fill("before"), lexical);
    expect(taken()).toEqual({ read: FILES, terms: FILES, vectors: FILES });
    const shorter = await fill("after", 3);
    const after = await embed(suite, shorter, lexical);
    expect(taken()).toEqual({ read: 1, terms: 1, vectors: FILES });

    const fresh = await counting("fresh");
    const expected = await manifestOf(fresh.suite, await embed(fresh.suite, shorter, lexical));
    expect(bitsOf(await manifestOf(suite, after))).toEqual(bitsOf(expected));
  });

  it("that lies elsewhere and was written later is not read again, and with another seed only its vectors are made", async () => {
    const { suite, taken } = await counting("data");
    const before = await embed(suite, await fill("before"), lexical);
    taken();
    const again = await embed(suite, await fill("copy"), lexical);
    expect(taken()).toEqual({ read: 0, terms: 0, vectors: 0 });
    expect(bitsOf(await manifestOf(suite, again))).toEqual(bitsOf(await manifestOf(suite, before)));
    await embed(suite, join(folder, "copy"), lexical, 2);
    expect(taken()).toEqual({ read: 0, terms: 0, vectors: FILES });
  });
});
